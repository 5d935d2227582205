/// A domain name of a lab zone: its labels, in lower case, without the root.
package struct ZoneName: Hashable, Sendable {
    let labels: [[UInt8]]

    static let root = ZoneName(labels: [])

    /// Labels as they stand in a message; upper case is folded (RFC 4343).
    init(labels: some Sequence<[UInt8]>) {
        self.labels = labels.map { label in
            label.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
    }

    /// RFC 1035 section 2.3.4.
    static let maximumWireCount = 255
    /// RFC 1035 section 2.3.4; the two bits above are the mark of a compression pointer.
    static let maximumLabelCount = 63

    var wireCount: Int { labels.reduce(1) { $0 + 1 + $1.count } }

    func isAtOrBelow(_ other: ZoneName) -> Bool {
        labels.count >= other.labels.count && labels.suffix(other.labels.count).elementsEqual(other.labels)
    }

    /// The name without its first label; the root has none.
    var parent: ZoneName? { labels.isEmpty ? nil : ZoneName(folded: labels.dropFirst()) }

    /// The `*` below this name.
    var wildcard: ZoneName { ZoneName(folded: [[UInt8(ascii: "*")]] + labels) }

    /// The name in which `suffix` is replaced by `target` (RFC 6672 section 2.2); nil when it gets too long.
    func replacing(_ suffix: ZoneName, by target: ZoneName) -> ZoneName? {
        let name = ZoneName(folded: labels.dropLast(suffix.labels.count) + target.labels)
        return name.wireCount <= ZoneName.maximumWireCount ? name : nil
    }

    private init(folded labels: some Sequence<[UInt8]>) { self.labels = Array(labels) }
}

extension ZoneName: CustomStringConvertible {
    /// Without a final dot; only for messages to people.
    package var description: String {
        labels.isEmpty ? "." : labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }
}
