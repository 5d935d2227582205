/// A node of the tree with the marks of its first and past its last character. Scalars stay text: what they mean is
/// for the reader's schema to say.
package struct YAMLNode: Sendable, Equatable {
    package var content: Content
    package var range: Range<YAMLMark>

    package init(_ content: Content, _ range: Range<YAMLMark>) {
        self.content = content
        self.range = range
    }

    package enum Content: Sendable, Equatable {
        case scalar(Scalar)
        case sequence([YAMLNode])
        /// In the order of the text; of duplicates only the first.
        case mapping([Entry])
        /// Something that was already reported, an alias for one: nothing more is to be said about it.
        case unreadable
    }

    package struct Scalar: Sendable, Equatable {
        package var text: String
        /// Written with quotes or as a block, hence never "nothing".
        package var isQuoted: Bool

        package init(text: String, isQuoted: Bool) {
            self.text = text
            self.isQuoted = isQuoted
        }
    }

    package struct Entry: Sendable, Equatable {
        package var key: Key
        package var value: YAMLNode

        package init(key: Key, value: YAMLNode) {
            self.key = key
            self.value = value
        }
    }

    package struct Key: Sendable, Equatable {
        package var text: String
        package var range: Range<YAMLMark>

        package init(text: String, range: Range<YAMLMark>) {
            self.text = text
            self.range = range
        }
    }
}
