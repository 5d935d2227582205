internal import ProfileModel
internal import YAMLSyntax

/// A value in the tree, and the key it stands under.
struct Place {
    let node: YAMLNode
    let key: Located<String>

    /// The same key, another node: an element of its list.
    func element(_ node: YAMLNode) -> Place { Place(node: node, key: key) }

    /// A record of a list: it stands under no key of its own, so that its start is where something is missing.
    func entry(_ node: YAMLNode) -> Place {
        let start = node.range.lowerBound
        return Place(node: node, key: Located(key.value, SourceRange(start..<start)))
    }

    var range: SourceRange { SourceRange(node.range) }

    /// Plain text that YAML readers take for "nothing": an empty value, `~` or `null`.
    var isNothing: Bool {
        guard case .scalar(let scalar) = node.content, !scalar.isQuoted else { return false }
        return ["", "~", "null"].contains(scalar.text)
    }
}

extension SourceRange {
    /// From libyaml's counting to ours.
    init(_ range: Range<YAMLMark>) {
        self.init(
            SourceLocation(range.lowerBound), SourceLocation(range.upperBound), file: range.lowerBound.file)
    }
}

extension SourceLocation {
    fileprivate init(_ mark: YAMLMark) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}
