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

    /// The presentation form of RFC 1035 section 5.1: `@` is the origin, a name without a final dot is below it,
    /// `\X` and `\DDD` stand for any byte.
    init?(_ text: some StringProtocol, below origin: ZoneName = .root) {
        if text == "@" {
            self = origin
            return
        }
        guard let (labels, isAbsolute) = ZoneName.split(Array(text.utf8)) else { return nil }
        self.init(labels: isAbsolute ? labels : labels + origin.labels)
        guard wireCount <= ZoneName.maximumWireCount else { return nil }
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

    private static func split(_ text: [UInt8]) -> (labels: [[UInt8]], isAbsolute: Bool)? {
        if text == [UInt8(ascii: ".")] { return ([], true) }
        var labels: [[UInt8]] = [[]]
        var rest = text[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "."): labels.append([])
            case UInt8(ascii: "\\"):
                guard let escaped = popEscaped(&rest) else { return nil }
                labels[labels.count - 1].append(escaped)
            default: labels[labels.count - 1].append(byte)
            }
        }
        let isAbsolute = labels.count > 1 && labels[labels.count - 1].isEmpty
        if isAbsolute { labels.removeLast() }
        guard labels.allSatisfy({ !$0.isEmpty && $0.count <= maximumLabelCount }) else { return nil }
        return (labels, isAbsolute)
    }

    /// The byte that what follows a backslash stands for.
    private static func popEscaped(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
        let digits = rest.prefix(3)
        let isNumber = digits.count == 3 && digits.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else { return rest.popFirst() }
        rest.removeFirst(3)
        return UInt8(String(decoding: digits, as: UTF8.self))
    }
}

extension ZoneName: CustomStringConvertible {
    /// Without a final dot; only for messages to people.
    package var description: String {
        labels.isEmpty ? "." : labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }
}
