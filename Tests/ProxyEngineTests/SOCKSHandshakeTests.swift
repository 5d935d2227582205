import NetworkTypes
import ProxyEngine
import Testing

@Suite struct SOCKSHandshakeTests {
    private static let credentials = SOCKSHandshake.Credentials(user: "blue", password: "whale")
    private static let opened: [UInt8] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    /// With a connection asked for: the proxy wants no password.
    private func asking(_ target: String = "198.51.100.53:853") throws -> ProxyHandshake {
        var handshake = ProxyHandshake.socks(SOCKSHandshake(to: try endpoint(target), as: nil))
        #expect(handshake.said() == [5, 1, 0])
        #expect(handshake.hear([5, 0], by: 1) == 2)
        return handshake
    }

    @Test(arguments: [
        ("198.51.100.53:853", [5, 1, 0, 1, 198, 51, 100, 53, 3, 0x55]),
        (
            "[2001:db8::53]:443",
            [5, 1, 0, 4, 0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53, 1, 0xBB]
        ),
    ])
    func anAddressIsAskedFor(target: String, request: [UInt8]) throws {
        var handshake = try asking(target)
        #expect(handshake.said() == request)
        #expect(handshake.outcome == nil)
    }

    /// A proxy that keeps strangers apart chooses the password.
    @Test func credentialsAreShownWhereTheyAreWanted() throws {
        let target = try endpoint("198.51.100.53:853")
        var handshake = ProxyHandshake.socks(SOCKSHandshake(to: target, as: SOCKSHandshakeTests.credentials))
        #expect(handshake.said() == [5, 2, 2, 0])
        #expect(handshake.hear([5, 2], by: 1) == 2)
        #expect(handshake.said() == [1, 4] + Array("blue".utf8) + [5] + Array("whale".utf8))
        #expect(handshake.hear([1, 0], by: 1) == 2)
        #expect(handshake.said().prefix(4) == [5, 1, 0, 1])
        #expect(handshake.hear(SOCKSHandshakeTests.opened, by: 1) == 10)
        #expect(handshake.outcome == .open)
    }

    @Test func aProxyThatNeedsNoneGetsNone() throws {
        let target = try endpoint("198.51.100.53:853")
        var handshake = ProxyHandshake.socks(SOCKSHandshake(to: target, as: SOCKSHandshakeTests.credentials))
        _ = handshake.said()
        #expect(handshake.hear([5, 0], by: 2) == 2)
        #expect(handshake.said().prefix(4) == [5, 1, 0, 1])
    }

    /// An IPv4 address, an IPv6 address, names of no and of the greatest length; what follows is the upstream's.
    @Test(arguments: [
        SOCKSHandshakeTests.opened, [5, 0, 0, 4] + [UInt8](repeating: 9, count: 18), [5, 0, 0, 3, 0, 1, 2],
        [5, 0, 0, 3, 255] + [UInt8](repeating: 0x61, count: 255) + [1, 2],
    ])
    func whateverAddressItLeavesFromTheWayIsOpen(reply: [UInt8]) throws {
        for size in [1, 2, 3, 1000] {
            var handshake = try asking()
            #expect(handshake.hear(reply + [22, 3, 3], by: size) == reply.count)
            #expect(handshake.outcome == .open)
        }
        for count in 0..<reply.count {
            var handshake = try asking()
            #expect(handshake.hear(Array(reply.prefix(count)), by: 1) == count)
            #expect(handshake.outcome == nil, "open after \(count) bytes")
        }
    }

    @Test(arguments: [
        (UInt8(1), ProxyFailure.generalFailure), (2, .notAllowed), (3, .networkUnreachable), (4, .hostUnreachable),
        (5, .connectionRefused), (6, .timedOut), (7, .commandNotSupported), (8, .addressNotSupported), (9, .rejected),
        (255, .rejected),
    ])
    func everyReplyHasItsCause(code: UInt8, failure: ProxyFailure) throws {
        var handshake = try asking()
        // Some close after the code.
        #expect(handshake.hear([5, code], by: 1) == 2)
        #expect(handshake.outcome == .failed(failure))
    }

    @Test(arguments: [
        ([UInt8(4), 0], ProxyFailure.malformed), ([5, 1], .malformed), ([5, 0x80], .malformed),
        ([5, 0xFF], .authenticationRequired), (Array("HT".utf8), .malformed), ([0, 0], .malformed),
    ])
    func whatIsNoChoiceFails(bytes: [UInt8], failure: ProxyFailure) throws {
        var handshake = ProxyHandshake.socks(
            SOCKSHandshake(to: try endpoint("198.51.100.53:853"), as: SOCKSHandshakeTests.credentials))
        #expect(handshake.hear(bytes, by: 1) == 2)
        #expect(handshake.outcome == .failed(failure))
    }

    @Test func aPasswordThatWasNotOfferedIsNotGiven() throws {
        var handshake = ProxyHandshake.socks(SOCKSHandshake(to: try endpoint("198.51.100.53:853"), as: nil))
        _ = handshake.said()
        #expect(handshake.hear([5, 2], by: 2) == 2)
        #expect(handshake.outcome == .failed(.malformed))
        #expect(handshake.said() == [])
    }

    @Test(arguments: [([UInt8(1), 1], ProxyFailure.authenticationRefused), ([5, 0], .malformed)])
    func credentialsMayBeRefused(bytes: [UInt8], failure: ProxyFailure) throws {
        var handshake = ProxyHandshake.socks(
            SOCKSHandshake(to: try endpoint("198.51.100.53:853"), as: SOCKSHandshakeTests.credentials))
        _ = handshake.hear([5, 2], by: 1)
        #expect(handshake.hear(bytes, by: 1) == 2)
        #expect(handshake.outcome == .failed(failure))
    }

    @Test(arguments: [[UInt8(4), 0, 0, 1], [5, 0, 0, 2], [5, 0, 0, 0], [0x48, 0x54]])
    func garbageForAReplyFails(bytes: [UInt8]) throws {
        var handshake = try asking()
        #expect(handshake.hear(bytes, by: 1) <= bytes.count)
        #expect(handshake.outcome == .failed(.malformed))
    }

    /// After the end nothing is taken.
    @Test func whatFollowsAFailureIsNotTaken() throws {
        var handshake = try asking()
        #expect(handshake.hear([5, 1, 0, 1, 0, 0], by: 6) == 2)
        #expect(handshake.hear([5, 0], by: 1) == 0)
        #expect(handshake.outcome == .failed(.generalFailure))
    }
}
