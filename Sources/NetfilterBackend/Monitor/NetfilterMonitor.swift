internal import CNetfilter
internal import Glibc

/// Hears of every commit to the ruleset, by anybody. A socket of its own: events would drown the replies of the
/// connection that commits. While any socket listens the kernel builds an event for every element, which makes a bulk
/// commit ten times as slow: ``leave()`` around one's own.
package struct NetfilterMonitor: ~Copyable {
    private let socket: NetlinkSocket

    package enum Event: Equatable, Sendable {
        case committed(Generation)
        /// Events were lost: look at everything.
        case overrun
    }

    package init() throws(NetfilterFailure) { socket = try NetlinkSocket() }

    /// For an event loop.
    package var descriptor: Int32 { socket.descriptor }

    package func join() throws(NetfilterFailure) { try socket.setMembership(of: NFNLGRP_NFTABLES.rawValue, true) }

    /// What has come until now stays to be read.
    package func leave() throws(NetfilterFailure) { try socket.setMembership(of: NFNLGRP_NFTABLES.rawValue, false) }

    /// Everything that has happened since the last time; empty when nothing has.
    package func takeEvents() throws(NetfilterFailure) -> [Event] {
        var events: [Event] = []
        while let datagram = try receive(&events) {
            for message in NetlinkMessage.split(datagram) where message.type == NetfilterMonitor.newGeneration {
                events.append(.committed(Generation(message)))
            }
        }
        return events
    }

    private static let newGeneration = UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_NEWGEN.rawValue)

    private func receive(_ events: inout [Event]) throws(NetfilterFailure) -> [UInt8]? {
        do {
            return try socket.receive(waiting: false)
        } catch .system(_, ENOBUFS) {
            events.append(.overrun)
            return []
        }
    }
}
