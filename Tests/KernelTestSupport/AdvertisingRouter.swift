internal import TestSupport
internal import Glibc
internal import NetworkTypes

/// A router at the other end of a cable, which says what it is told to. The end here is a device of that name.
package struct AdvertisingRouter {
    private let farEnd: String

    /// Makes the cable, in the namespace of this thread.
    package init(device: String) throws(Failure) {
        farEnd = "far-" + device
        // Nobody else is there to have the address.
        TextFile.write(Array("0".utf8), to: "/proc/sys/net/ipv6/conf/default/accept_dad")
        for command in [
            "link add \(device) type veth peer name \(farEnd)", "link set \(farEnd) addrgenmode none",
            "link set \(farEnd) up", "link set \(device) up",
        ] {
            let result = CommandResult.run("ip", command.split(separator: " ").map(String.init))
            guard result.status == .exited(0) else { throw Failure(description: "ip \(command): \(result.errors)") }
        }
        TextFile.write(Array("1".utf8), to: "/proc/sys/net/ipv6/conf/\(device)/accept_ra")
        let isReady = Moment.wait(.seconds(10)) {
            TextFile.text(of: "/proc/thread-self/net/if_inet6").split(separator: "\n").contains { $0.hasSuffix(device) }
        }
        guard isReady else { throw Failure(description: "\(device) gets no address") }
    }

    package struct Failure: Error {
        package let description: String
    }

    /// An advertisement (RFC 4861 section 4.2) with one PREF64 option (RFC 8781); it offers no route.
    package func advertise(prefix: String, lengthCode: UInt16, seconds: UInt16) throws(Failure) {
        guard let address = IPv6Address(prefix) else { throw Failure(description: "`\(prefix)` is no address") }
        let option = [38, 2] + AdvertisingRouter.bytes(seconds & ~7 | lengthCode) + address.octets.prefix(12)
        var message: [UInt8] = [134, 0, 0, 0, 64, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + option
        let checksum = AdvertisingRouter.checksum(of: message)
        message.replaceSubrange(2..<4, with: AdvertisingRouter.bytes(checksum))
        let header: [UInt8] =
            [0x60, 0, 0, 0] + AdvertisingRouter.bytes(UInt16(message.count)) + [58, 255]
            + AdvertisingRouter.source + AdvertisingRouter.allNodes
        try send([0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x86, 0xDD] + header + message)
    }

    /// fe80::9 and ff02::1.
    private static let source: [UInt8] = [0xFE, 0x80] + [UInt8](repeating: 0, count: 13) + [9]
    private static let allNodes: [UInt8] = [0xFF, 2] + [UInt8](repeating: 0, count: 13) + [1]

    /// Of the message behind the pseudo-header (RFC 8200 section 8.1).
    private static func checksum(of message: [UInt8]) -> UInt16 {
        let all = source + allNodes + [0, 0] + bytes(UInt16(message.count)) + [0, 0, 0, 58] + message
        var sum = stride(from: 0, to: all.count, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(all[$1]) << 8 + UInt32(all[$1 + 1])
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(sum)
    }

    private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

    private func send(_ frame: [UInt8]) throws(Failure) {
        let descriptor = socket(PF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        // struct sockaddr_ll, which Swift's Glibc module does not show.
        var address = [UInt8](repeating: 0, count: 20)
        address.withUnsafeMutableBytes {
            $0.storeBytes(of: UInt16(PF_PACKET), as: UInt16.self)
            $0.storeBytes(of: Int32(if_nametoindex(farEnd)), toByteOffset: 4, as: Int32.self)
        }
        let sent = address.withUnsafeBytes {
            sendto(descriptor, frame, frame.count, 0, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, 20)
        }
        guard sent == frame.count else { throw Failure(description: "advertisement: errno \(errno)") }
    }
}
