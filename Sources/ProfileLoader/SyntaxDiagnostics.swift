internal import ProfileModel
internal import YAMLSyntax

extension YAMLProblem {
    /// The same as a diagnostic.
    var diagnostic: Diagnostic {
        let notes = note.map { [Diagnostic.Note($0.message, at: SourceRange($0.range))] } ?? []
        return Diagnostic(kind.code, message, at: SourceRange(range), notes: notes, help: help)
    }
}

extension YAMLProblem.Kind {
    fileprivate var code: DiagnosticCode {
        switch self {
        case .empty: .emptyFile
        case .tooLarge: .fileTooLarge
        case .notUTF8: .notUTF8
        case .controlCharacter: .controlCharacter
        case .directive: .directive
        case .syntax: .syntaxError
        case .tooDeep: .tooDeep
        case .tooManyNodes: .tooManyNodes
        case .severalDocuments: .severalDocuments
        case .duplicateKey: .duplicateKey
        case .anchor: .anchor
        case .alias: .alias
        case .tag: .tag
        case .keyNotText: .keyNotText
        }
    }
}
