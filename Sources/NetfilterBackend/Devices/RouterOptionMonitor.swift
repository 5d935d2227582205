internal import CNetfilter
internal import Glibc

/// What routers say beside routes: options of their advertisements that the kernel hands on to programs (rtnetlink(7)).
/// It does so where it listens to routers itself, and not where `accept_ra` is 0 because a program does that instead.
package struct RouterOptionMonitor: ~Copyable {
    private let socket: NetlinkSocket

    package init() throws(NetfilterFailure) {
        let socket = try NetlinkSocket(.route)
        try socket.setMembership(of: Number.group, true)
        self.socket = socket
    }

    /// For an event loop.
    package var descriptor: Int32 { socket.descriptor }

    /// What came since the last time, in order. What was lost comes again: routers repeat themselves.
    package func takeTranslators() throws(NetfilterFailure) -> [AnnouncedTranslator] {
        var found: [AnnouncedTranslator] = []
        while true {
            do {
                guard let datagram = try socket.receive(waiting: false) else { return found }
                found += NetlinkMessage.split(datagram).compactMap { translator($0) }
            } catch .system(_, ENOBUFS) {
                continue
            }
        }
    }

    /// The kernel tells of each option in a message of its own.
    private func translator(_ message: NetlinkMessage) -> AnnouncedTranslator? {
        let payload = message.payload
        guard message.type == Number.newOption, payload.count > Number.headerBytes,
            Array(payload.prefix(1)) == [Number.ipv6], Array(payload.dropFirst(8).prefix(1)) == [Number.advertisement]
        else { return nil }
        let length = Int(UInt32(hostOrder: payload.dropFirst(2).prefix(2)))
        let option = payload.dropFirst(Number.headerBytes).prefix(length)
        return AnnouncedTranslator(option: option, device: UInt32(hostOrder: payload.dropFirst(4).prefix(4)))
    }

    /// linux/rtnetlink.h.
    private enum Number {
        /// RTNLGRP_ND_USEROPT.
        static let group: UInt32 = 20
        /// RTM_NEWNDUSEROPT.
        static let newOption: UInt16 = 68
        /// sizeof(struct nduseroptmsg)
        static let headerBytes = 16
        /// AF_INET6.
        static let ipv6: UInt8 = 10
        /// ND_ROUTER_ADVERT.
        static let advertisement: UInt8 = 134
    }
}
