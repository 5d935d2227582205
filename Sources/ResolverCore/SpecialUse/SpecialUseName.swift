internal import ByteCodec
internal import DNSWire

/// What is answered here and never asked of anybody, because the name means something else than a name of the
/// public tree: RFC 6761, and the registry that it began.
enum SpecialUseName: Equatable {
    /// The name does not exist. The zone that says so begins at that offset of the name.
    case nameError(zone: Int)
    /// The name exists and has nothing.
    case noData(zone: Int)
    /// localhost: 127.0.0.1 and ::1.
    case loopback(zone: Int)
    /// The reverse of localhost.
    case loopbackPointer(zone: Int)

    /// Nil for ordinary names. `name` is in lower case, uncompressed. `example` and its subdomains are ordinary.
    init?(_ name: Span<UInt8>) {
        var labels = LabelOffsets(name)
        guard let last = labels.removeLast() else { return nil }
        if let kind = SpecialUseName.topLevel(name, last) {
            self = kind
        } else if name.hasLabel(last, "arpa") {
            guard let second = labels.removeLast(), let kind = SpecialUseName.arpa(name, second, &labels) else {
                return nil
            }
            self = kind
        } else {
            return nil
        }
    }

    private static let absentTopLevels = ["local", "onion", "test", "invalid", "alt"]

    private static func topLevel(_ name: Span<UInt8>, _ last: Int) -> SpecialUseName? {
        // localhost, invalid, test: RFC 6761; onion: RFC 7686; alt: RFC 9476; local: RFC 6762 section 22.1.
        if name.hasLabel(last, "localhost") { return .loopback(zone: last) }
        guard absentTopLevels.contains(where: { name.hasLabel(last, $0) }) else { return nil }
        return last == 0 ? .noData(zone: last) : .nameError(zone: last)
    }

    private static func arpa(_ name: Span<UInt8>, _ second: Int, _ labels: inout LabelOffsets) -> SpecialUseName? {
        // home: RFC 8375; resolver: RFC 9462 section 6.4, and all below it exists but is not ours to tell.
        if name.hasLabel(second, "home") { return second == 0 ? .noData(zone: second) : .nameError(zone: second) }
        if name.hasLabel(second, "resolver") { return .noData(zone: second) }
        if name.hasLabel(second, "in-addr") { return ReverseZone.ipv4(name, &labels) }
        if name.hasLabel(second, "ip6") { return ReverseZone.ipv6(name, &labels) }
        return nil
    }
}
