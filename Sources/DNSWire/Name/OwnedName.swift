package import ByteCodec

/// A domain name of its own: uncompressed wire bytes in the spelling they came in. Equality and hash do not
/// see the case.
package struct OwnedName: Sendable {
    /// The uncompressed name: every label with its length, then a zero.
    package let wire: [UInt8]

    /// The root, `.`.
    package static let root = OwnedName(uncheckedWire: [0])

    /// A copy of a name in a message, decompressed.
    package init(_ view: NameView) {
        var wire = [UInt8](repeating: 0, count: view.length)
        var bytes = wire.mutableSpan
        view.copy(into: &bytes, at: 0)
        self.wire = wire
    }

    /// The bytes of one uncompressed name, and no more.
    package init(wire: [UInt8]) throws(WireError) {
        let name = try NameView(in: wire.span, at: 0)
        guard name.endOffset == wire.count else { throw .malformed(offset: name.endOffset) }
        self.wire = wire
    }

    init(uncheckedWire: [UInt8]) { wire = uncheckedWire }

    /// The name as a view over its own bytes.
    package var view: NameView {
        @_lifetime(borrow self)
        borrowing get { NameView(uncheckedIn: wire.span, from: 0, to: wire.count, length: wire.count) }
    }

    package var isRoot: Bool { wire.count == 1 }
}

extension OwnedName: Hashable {
    package static func == (left: OwnedName, right: OwnedName) -> Bool { left.view == right.view }

    package func hash(into hasher: inout Hasher) {
        for byte in wire { hasher.combine(byte.caseFolded) }
    }
}

extension OwnedName: CustomStringConvertible {
    /// The text of RFC 1035 section 5.1, with a final dot.
    package var description: String { view.text }

    /// Reads the text of RFC 1035 section 5.1: labels and dots, `\.` and `\DDD` escapes, one optional final dot.
    /// The name is complete with or without it. Nil for anything that is no name.
    package init?(_ text: some StringProtocol) {
        if text == "." {
            self = .root
            return
        }
        guard let wire = OwnedName.wire(ofText: Array(text.utf8)) else { return nil }
        self.wire = wire
    }

    /// Reads a name of a zone file: without a final dot it is below `origin`, and `@` is the origin itself.
    package init?(_ text: some StringProtocol, relativeTo origin: OwnedName) {
        if text == "@" {
            self = origin
        } else if let name = OwnedName(text) {
            self = name
            guard !OwnedName.isAbsolute(text) else { return }
            guard wire.count + origin.wire.count - 1 <= NameView.maximumLength else { return nil }
            self.init(uncheckedWire: wire.dropLast() + origin.wire)
        } else {
            return nil
        }
    }

    /// Whether the text ends in a dot that no backslash escapes.
    private static func isAbsolute(_ text: some StringProtocol) -> Bool {
        guard text.hasSuffix(".") else { return false }
        let backslashes = text.utf8.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }.count
        return backslashes % 2 == 0
    }

    private static func wire(ofText text: [UInt8]) -> [UInt8]? {
        var reader = EscapedText(text[...])
        var wire: [UInt8] = []
        var label: [UInt8] = []
        while let character = reader.next() {
            guard let character = character.valid else { return nil }
            if character == .plain(UInt8(ascii: ".")) {
                guard (1...NameView.maximumLabelLength).contains(label.count) else { return nil }
                wire += [UInt8(label.count)] + label
                label = []
            } else {
                label.append(character.byte)
            }
        }
        guard label.count <= NameView.maximumLabelLength, !(label.isEmpty && wire.isEmpty) else { return nil }
        if !label.isEmpty { wire += [UInt8(label.count)] + label }
        return wire.count < NameView.maximumLength ? wire + [0] : nil
    }
}
