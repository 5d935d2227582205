internal import ByteCodec

extension NameView {
    /// The same name, whatever the case and the compression.
    package static func == (left: NameView, right: NameView) -> Bool {
        guard left.length == right.length else { return false }
        if left.beginning == right.beginning, left.message.isIdentical(to: right.message) { return true }
        var labels = left.labels
        var others = right.labels
        while let label = labels.next() {
            guard let other = others.next(), label.equalsIgnoringCase(other) else { return false }
        }
        return true
    }

    /// Where its first label stands: most owners are nothing but a pointer to the question's name.
    private var beginning: Int {
        var position = offset
        while message[position] >= 0xC0 { position = Int(message.bigEndianUInt16(at: position) & 0x3FFF) }
        return position
    }

    package static func == (left: NameView, right: OwnedName) -> Bool { left == right.view }

    /// Whether the name is `ancestor` or below it.
    package func isSubdomain(of ancestor: NameView) -> Bool {
        let surplus = length - ancestor.length
        guard surplus >= 0 else { return false }
        var skipped = 0
        var cursor = labels
        while skipped < surplus, let label = cursor.next() { skipped += label.count + 1 }
        guard skipped == surplus else { return false }
        var others = ancestor.labels
        while let other = others.next() {
            guard let label = cursor.next(), label.equalsIgnoringCase(other) else { return false }
        }
        return true
    }

    /// A keyed 64-bit hash that does not depend on case or compression.
    package func hash(_ key: NameHashKey) -> UInt64 {
        guard isCompressed else { return NameView.hash(message.extracting(offset..<endOffset), key) }
        var storage = InlineArray<255, UInt8>(repeating: 0)
        var bytes = storage.mutableSpan
        copy(into: &bytes, at: 0)
        return NameView.hash(bytes.span.extracting(0..<length), key)
    }

    /// The hash of a whole uncompressed name.
    static func hash(_ name: Span<UInt8>, _ key: NameHashKey) -> UInt64 {
        var hasher = SipHasher(key)
        var offset = 0
        while offset &+ 8 <= name.count {
            hasher.add(UInt64(name, at: offset).caseFolded)
            offset &+= 8
        }
        hasher.add(tail(of: name, from: offset).caseFolded | UInt64(name.count) &<< 56)
        return hasher.finish()
    }

    /// The last zero to seven bytes, the first one lowest. A longer name gives them by one overlapping load.
    private static func tail(of name: Span<UInt8>, from offset: Int) -> UInt64 {
        let rest = name.count &- offset
        if name.count >= 8 {
            return rest == 0 ? 0 : UInt64(name, at: name.count &- 8) &>> UInt64(64 &- 8 &* rest)
        }
        var word: UInt64 = 0
        for index in offset..<name.count { word |= UInt64(name[index]) &<< UInt64(8 &* (index &- offset)) }
        return word
    }
}

extension Span where Element == UInt8 {
    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index].caseFolded != other[index].caseFolded { return false }
        return true
    }
}
