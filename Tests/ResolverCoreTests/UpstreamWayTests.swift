import NetworkTypes
import ResolverCore
import Testing

@Suite struct UpstreamWayTests {
    private static let home = IPAddress.v4(IPv4Address(192, 0, 2, 7))
    private static let cafe = IPAddress.v4(IPv4Address(203, 0, 113, 7))
    private static let loopback = IPAddress.v6(.loopback)

    private var way = UpstreamWay()

    private static func nobody(_ address: Int) -> IPAddress? {
        Issue.record("the kernel is asked for no reason")
        return nil
    }

    /// Connections leave one after the other; which of them began an epoch.
    private mutating func leave(
        _ connections: [(from: IPAddress, towards: Int)], current: (Int) -> IPAddress? = UpstreamWayTests.nobody
    ) -> [Bool] {
        connections.map { way.leaves(from: $0.from, towards: $0.towards, current: current) }
    }

    @Test mutating func `the first connection begins nothing`() {
        let hasBegun = leave([(Self.home, 0), (Self.home, 0)])
        #expect(hasBegun == [false, false])
        #expect(way.epoch == 0 && !way.hasMoved { _ in Self.home })
    }

    @Test mutating func `a connection that leaves from elsewhere is the first of another epoch`() {
        let hasBegun = leave([(Self.home, 0), (Self.cafe, 0), (Self.cafe, 0), (Self.home, 0)])
        #expect(hasBegun == [false, true, false, true], "what comes back is new")
        #expect(way.epoch == 2)
    }

    @Test mutating func `an address that was not connected to before is judged by the last one that was`() {
        _ = leave([(Self.home, 0)])
        let atHome = leave([(Self.loopback, 1)]) { $0 == 0 ? Self.home : nil }
        #expect(atHome == [false])
        let elsewhere = leave([(Self.loopback, 2)]) { _ in Self.cafe }
        #expect(elsewhere == [true] && way.epoch == 1)
    }

    @Test mutating func `it has moved when the last connection would leave from elsewhere, or not at all`() {
        _ = leave([(Self.home, 0)])
        _ = leave([(Self.loopback, 1)]) { _ in Self.home }
        #expect(!way.hasMoved { $0 == 1 ? Self.loopback : Self.cafe })
        #expect(way.hasMoved { _ in Self.home })
        #expect(way.hasMoved { _ in nil })
        way.begin()
        #expect(way.epoch == 1)
        #expect(!way.hasMoved(Self.nobody), "nothing has left on the new way yet")
    }
}
