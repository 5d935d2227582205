internal import CNetfilter
internal import Ruleset

/// A message that libnftnl writes: it needs a buffer that is large enough, because it does not look for the end.
enum LibraryMessage {
    /// The largest thing that libnftnl writes here is a rule; names, comments and prefixes in it are bounded and a
    /// rule's expressions stay far below this.
    private static let maximumBytes = 1 << 17

    static func build(
        type: UInt16, flags: UInt16, family: UInt8, sequence: UInt32,
        _ payload: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) -> [UInt8] {
        // Aligned storage: the header is read and written as a struct.
        var storage = [UInt64](repeating: 0, count: maximumBytes / 8)
        return unsafe storage.withUnsafeMutableBytes { buffer in
            // Invariant: `buffer` outlives the calls and holds more than a message of ours ever takes.
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard let header = unsafe nftnl_nlmsg_build_hdr(start, type, UInt16(family), flags, sequence) else {
                return []
            }
            unsafe payload(header)
            let count = unsafe Int(header.pointee.nlmsg_len)
            precondition(count <= maximumBytes, "a message outgrew its buffer")
            return unsafe Array(buffer[..<count])
        }
    }
}

extension TableFamily {
    /// NFPROTO_*.
    var number: UInt8 {
        switch self {
        case .inet: 1
        case .ip: 2
        case .arp: 3
        case .netdev: 5
        case .bridge: 7
        case .ip6: 10
        }
    }

    init?(number: UInt8) {
        guard let family = TableFamily.allCases.first(where: { $0.number == number }) else { return nil }
        self = family
    }
}
