/// A name and those that it is below, ready for being looked up: all are hashed in one pass over the text.
package struct NameLineage: Sendable {
    package let name: Member
    /// The names that it is below, the shortest first.
    package let ancestors: [Member]

    package init(_ name: DomainName) {
        let bytes = name.text.utf8Span.span
        var ancestors: [Member] = []
        ancestors.reserveCapacity(NameLineage.usualAncestors)
        var fingerprint = Fingerprint()
        for index in bytes.indices.reversed() {
            if bytes[index] == UInt8(ascii: ".") {
                ancestors.append(Member(name.text, from: index + 1, fingerprint))
            }
            fingerprint.add(bytes[index])
        }
        self.name = Member(name.text, from: 0, fingerprint)
        self.ancestors = ancestors
    }

    private static let usualAncestors = 4

    /// A name that ends where a text ends. It is hashed by its fingerprint.
    package struct Member: Hashable, Sendable {
        private let text: String
        private let start: Int
        private let fingerprint: UInt64

        /// The name itself, without those that it is below.
        package init(_ name: DomainName) {
            let bytes = name.text.utf8Span.span
            var fingerprint = Fingerprint()
            for index in bytes.indices.reversed() { fingerprint.add(bytes[index]) }
            self.init(name.text, from: 0, fingerprint)
        }

        fileprivate init(_ text: String, from start: Int, _ fingerprint: Fingerprint) {
            self.text = text
            self.start = start
            self.fingerprint = fingerprint.value
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }

        package static func == (left: Member, right: Member) -> Bool {
            guard left.fingerprint == right.fingerprint else { return false }
            let (one, other) = (left.text.utf8Span.span, right.text.utf8Span.span)
            guard one.count - left.start == other.count - right.start else { return false }
            return (left.start..<one.count).allSatisfy { one[$0] == other[$0 - left.start + right.start] }
        }
    }

    /// FNV-1a of a text that is read from its end.
    fileprivate struct Fingerprint {
        private(set) var value = Fingerprint.basis

        /// Drawn for each run: nobody can write a profile of names that all have one fingerprint.
        private static let basis = UInt64.random(in: .min ... .max)

        mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }
}
