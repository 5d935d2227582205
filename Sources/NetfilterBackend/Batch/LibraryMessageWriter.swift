internal import CNetfilter
internal import Ruleset

/// Writes messages with libnftnl, which needs a buffer that is large enough, because it does not look for the end. One
/// buffer for all messages of a batch: filling a fresh one with zeros costs more than the message.
struct LibraryMessageWriter {
    /// The largest thing that libnftnl writes here is a rule; names, comments and prefixes in it are bounded and a
    /// rule's expressions stay far below this.
    private static let maximumBytes = 1 << 17

    /// Aligned: a header is read and written as a struct. The library writes every byte of a message.
    private var storage = [UInt64](repeating: 0, count: maximumBytes / 8)

    mutating func write(
        type: UInt16, flags: UInt16, family: UInt8, sequence: UInt32, into messages: inout NetlinkMessages,
        _ payload: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) {
        unsafe storage.withUnsafeMutableBytes { buffer in
            // Invariant: `buffer` outlives the calls and holds more than a message of ours ever takes.
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard let header = unsafe nftnl_nlmsg_build_hdr(start, type, UInt16(family), flags, sequence) else {
                preconditionFailure("the buffer is there")
            }
            unsafe payload(header)
            let count = unsafe Int(header.pointee.nlmsg_len)
            precondition(count <= LibraryMessageWriter.maximumBytes, "a message outgrew its buffer")
            unsafe messages.append(message: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
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
