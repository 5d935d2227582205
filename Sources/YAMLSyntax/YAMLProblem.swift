/// Something in the text that we do not read.
package struct YAMLProblem: Sendable, Equatable {
    package var kind: Kind
    package var message: String
    package var range: Range<YAMLMark>
    /// A second place that explains the first.
    package var note: Note?
    package var help: String?

    package init(_ kind: Kind, _ message: String, at range: Range<YAMLMark>, note: Note? = nil, help: String? = nil) {
        self.kind = kind
        self.message = message
        self.range = range
        self.note = note
        self.help = help
    }

    package struct Note: Sendable, Equatable {
        package var message: String
        package var range: Range<YAMLMark>
    }

    package enum Kind: Sendable, CaseIterable {
        /// These end the reading: there is no tree, and no other problem is reported.
        case empty, tooLarge, notUTF8, controlCharacter, directive, syntax, tooDeep, tooManyNodes
        /// After these it goes on.
        case severalDocuments, duplicateKey, anchor, alias, tag, keyNotText
    }
}
