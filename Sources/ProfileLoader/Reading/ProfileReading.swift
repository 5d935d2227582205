internal import NetworkTypes
internal import ProfileModel

/// What is known while a profile is read: what was wrong so far, what was declared, what was referred to.
struct ProfileReading {
    /// More problems than this help nobody; the rest is counted.
    static let maximumDiagnostics = 200

    private(set) var diagnostics: [Diagnostic] = []
    /// What was said, so that what a profile inherits is not complained about at each of its heirs.
    private var said: Set<Complaint> = []
    private var suppressed = 0
    /// Where relative names in a file start, by the numbers of files.
    private var directories: [String] = []
    private let files: any ProfileFiles
    private var lists: [String: [IPPrefix]] = [:]
    /// The lists of addresses that were read; their numbers follow those of the profiles.
    private(set) var listSources: [SourceFile] = []
    /// Whether something that the profile extends could not be read: what is missing may be there.
    private var isIncomplete = false
    private var declared: [Declaration: Set<String>] = [:]
    private var undeclarable: Set<Declaration> = []
    private var references: [Reference] = []

    private struct Reference {
        let declaration: Declaration
        let name: Located<String>
        let builtIn: [String]
    }

    private struct Complaint: Hashable {
        let code: DiagnosticCode
        let range: SourceRange
        let message: String
    }

    /// To be called before each profile of a family: what others declare is not its own, and a reference is judged in
    /// the profile that holds it.
    mutating func begin(directories: [String], isComplete: Bool) {
        self.directories = directories
        isIncomplete = !isComplete
        declared = [:]
        undeclarable = isComplete ? [] : Set(Declaration.allCases)
        references = []
    }

    /// The name of a file, relative to the profile that was asked for.
    func resolved(_ file: Located<String>) -> Located<String> {
        guard directories.indices.contains(file.range.file) else { return file }
        return file.map { RelativePath.joined(directories[file.range.file], $0) }
    }

    init(files: any ProfileFiles) { self.files = files }

    /// What stands in a list; nothing when it cannot be used, which is reported.
    mutating func addresses(in list: Located<String>) -> [Located<IPPrefix>] {
        let prefixes = lists[list.value] ?? read(list)
        lists[list.value] = prefixes
        return prefixes.map { Located($0, list.range) }
    }

    private mutating func read(_ list: Located<String>) -> [IPPrefix] {
        do throws(UnreadableFile) {
            let bytes = try files.contents(of: list.value, limitBytes: AddressList.maximumBytes)
            listSources.append(SourceFile(name: list.value, bytes: bytes))
            let (prefixes, problems) = AddressList.read(bytes, file: directories.count + listSources.count - 1)
            for problem in problems { report(problem) }
            if prefixes.isEmpty, problems.isEmpty {
                report(
                    .emptyValue, "the list `\(list.value)` has no address", at: list.range,
                    help: "write one into it, or remove it: without an address a rule speaks of all of them")
            }
            return prefixes
        } catch {
            report(
                .unreadableFile, "the list `\(list.value)` cannot be read: \(error.reason)", at: list.range,
                help: "lists are looked for beside the profile that names them")
            return []
        }
    }

    mutating func report(_ diagnostic: Diagnostic) {
        if isIncomplete, diagnostic.code == .missingKey { return }
        let complaint = Complaint(code: diagnostic.code, range: diagnostic.range, message: diagnostic.message)
        guard said.insert(complaint).inserted else { return }
        guard diagnostics.count < ProfileReading.maximumDiagnostics else {
            suppressed += 1
            return
        }
        diagnostics.append(diagnostic)
    }

    mutating func report(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange, notes: [Diagnostic.Note] = [],
        help: String? = nil
    ) {
        report(Diagnostic(code, message, at: range, notes: notes, help: help))
    }

    mutating func declare(_ declaration: Declaration, _ name: String) {
        declared[declaration, default: []].insert(name)
    }

    /// The declarations could not be read: nothing that refers to them can be judged.
    mutating func giveUp(on declaration: Declaration) {
        undeclarable.insert(declaration)
    }

    mutating func refer(to declaration: Declaration, _ name: Located<String>, builtIn: [String] = []) {
        references.append(Reference(declaration: declaration, name: name, builtIn: builtIn))
    }

    /// To be called once all is read: declarations may follow their uses.
    mutating func checkReferences() {
        let names = declared.mapValues { $0.sorted() }
        for reference in references where !isKnown(reference) {
            // Suggestions cost time, and beyond the limit nobody sees them.
            guard diagnostics.count < ProfileReading.maximumDiagnostics else {
                suppressed += 1
                continue
            }
            reportUnknown(reference, known: names[reference.declaration, default: []])
        }
        references = []
    }

    /// Everything that was wrong, in the order of the text.
    func sortedDiagnostics() -> [Diagnostic] {
        let sorted = diagnostics.sortedByPosition()
        guard suppressed > 0, let last = sorted.last else { return sorted }
        let message = "\(suppressed) more problems are not shown"
        return sorted + [Diagnostic(.tooManyProblems, message, at: last.range, help: "correct these and check again")]
    }

    private func isKnown(_ reference: Reference) -> Bool {
        declared[reference.declaration]?.contains(reference.name.value) == true
            || reference.builtIn.contains(reference.name.value) || undeclarable.contains(reference.declaration)
    }

    private mutating func reportUnknown(_ reference: Reference, known: [String]) {
        let (declaration, name) = (reference.declaration, reference.name)
        let builtIn = reference.builtIn.filter { !known.contains($0) }
        report(
            declaration.unknownCode, "there is no \(declaration.rawValue) `\(name.value)`", at: name.range,
            help: help(for: name.value, among: builtIn + known, declaration))
    }

    private func help(for name: String, among known: [String], _ declaration: Declaration) -> String {
        if declaration == .subject, name == Subject.resolver {
            return "where the resolver's own queries go is written under `resolver.upstreams`"
        }
        if declaration == .subject, name == Subject.any {
            return "name one subject, which is declared under `subjects`"
        }
        if declaration == .path, ["block", "deny", "drop", "none", "reject"].contains(name) {
            return "what does not leave has `block: true`, and no path"
        }
        if let suggestion = Spelling.suggestion(for: name, among: known) { return "did you mean `\(suggestion)`?" }
        if known.isEmpty { return "declare it under `\(declaration.key)`" }
        let few = known.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        return "declare it under `\(declaration.key)`; known here: \(few)\(known.count > 8 ? ", ..." : "")"
    }
}

extension Declaration {
    /// Where in the profile they are declared.
    fileprivate var key: String {
        switch self {
        case .path: "paths"
        case .subject: "subjects"
        case .upstream: "resolver.upstreams"
        case .filter: "resolver.filters"
        case .rule: "rules"
        }
    }

    fileprivate var unknownCode: DiagnosticCode {
        switch self {
        case .path: .unknownPath
        case .subject: .unknownSubject
        case .upstream: .unknownUpstream
        case .filter: .unknownFilter
        case .rule: .unknownRule
        }
    }
}
