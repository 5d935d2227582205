internal import ByteCodec

/// The zones of addresses that mean something else on each network: their names are known nowhere else (RFC 6303,
/// RFC 7793). Those of documentation prefixes are ordinary.
enum ReverseZone {
    /// What the name below in-addr.arpa means whose remaining labels are `labels`.
    static func ipv4(_ name: Span<UInt8>, _ labels: inout LabelOffsets) -> SpecialUseName? {
        guard let first = labels.removeLast(), let octet = name.octet(first) else { return nil }
        switch octet {
        case 0, 10: return absent(zone: first)
        case 127: return name.isReverseOfLoopback ? .loopbackPointer(zone: first) : absent(zone: first)
        default: break
        }
        guard let second = labels.removeLast(), let next = name.octet(second) else { return nil }
        switch (octet, next) {
        case (100, 64...127), (169, 254), (172, 16...31), (192, 168): return absent(zone: second)
        case (255, 255): return name.isReverseOfBroadcast ? .noData(zone: 0) : nil
        default: return nil
        }
    }

    /// What the name below ip6.arpa means whose remaining labels are `labels`.
    static func ipv6(_ name: Span<UInt8>, _ labels: inout LabelOffsets) -> SpecialUseName? {
        let isWhole = labels.count == 32
        guard let first = labels.removeLast(), let second = labels.removeLast() else { return nil }
        switch (name.nibble(first), name.nibble(second)) {
        case (0xF, 0xD): return absent(zone: second)
        case (0xF, 0xE):
            guard let third = labels.removeLast(), let next = name.nibble(third) else { return nil }
            return 8...0xB ~= next ? absent(zone: third) : nil
        case (0, 0) where isWhole: return host(name, &labels)
        default: return nil
        }
    }

    /// `::` and `::1`.
    private static func host(_ name: Span<UInt8>, _ labels: inout LabelOffsets) -> SpecialUseName? {
        while labels.count > 1, let label = labels.removeLast() {
            guard name.nibble(label) == 0 else { return nil }
        }
        switch name.nibble(0) {
        case 0: return .noData(zone: 0)
        case 1: return .loopbackPointer(zone: 0)
        default: return nil
        }
    }

    private static func absent(zone: Int) -> SpecialUseName {
        zone == 0 ? .noData(zone: zone) : .nameError(zone: zone)
    }
}

extension Span where Element == UInt8 {
    /// The decimal number 0...255, without leading zeros, that the label at `offset` writes.
    fileprivate func octet(_ offset: Int) -> Int? {
        let length = Int(self[offset])
        guard 1...3 ~= length, length == 1 || self[offset + 1] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for index in offset + 1...offset + length {
            let digit = Int(self[index]) - 0x30
            guard 0...9 ~= digit else { return nil }
            value = value * 10 + digit
        }
        return value <= 255 ? value : nil
    }

    /// The hexadecimal digit that the label at `offset` consists of.
    fileprivate func nibble(_ offset: Int) -> Int? {
        guard self[offset] == 1 else { return nil }
        switch self[offset + 1] {
        case 0x30...0x39: return Int(self[offset + 1]) - 0x30
        case 0x61...0x66: return Int(self[offset + 1]) - 0x57
        default: return nil
        }
    }

    fileprivate var isReverseOfLoopback: Bool { startsWithLabels("1", "0", "0", "127") }

    fileprivate var isReverseOfBroadcast: Bool { startsWithLabels("255", "255", "255", "255") }

    private func startsWithLabels(_ first: String, _ second: String, _ third: String, _ fourth: String) -> Bool {
        var offset = 0
        for label in [first, second, third, fourth] {
            guard hasLabel(offset, label) else { return false }
            offset += label.utf8.count + 1
        }
        return true
    }
}
