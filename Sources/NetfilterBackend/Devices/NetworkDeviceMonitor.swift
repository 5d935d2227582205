internal import CNetfilter
internal import Glibc
internal import NetworkTypes

/// The network devices of this namespace with their addresses, and news of them (rtnetlink(7)). Not /sys/class/net,
/// which shows those of the namespace that it was mounted in.
package struct NetworkDeviceMonitor: ~Copyable {
    private let socket: NetlinkSocket

    /// Listens from the start, so that nothing falls between a list and the news.
    package init() throws(NetfilterFailure) {
        let socket = try NetlinkSocket(.route)
        for group in Number.groups { try socket.setMembership(of: group, true) }
        self.socket = socket
    }

    /// For an event loop.
    package var descriptor: Int32 { socket.descriptor }

    /// All devices, by name. News that came before are forgotten: the list has them.
    package func devices() throws(NetfilterFailure) -> [NetworkDevice] {
        for _ in 0..<NetworkDeviceMonitor.maximumAttempts {
            _ = try hasNews()
            if let devices = try list() { return devices.sorted { $0.name < $1.name } }
        }
        throw .interrupted
    }

    /// Whether a device or an address came, went or changed since the last time.
    package func hasNews() throws(NetfilterFailure) -> Bool {
        var isNews = false
        while true {
            do {
                guard try socket.receive(waiting: false) != nil else { return isNews }
            } catch .system(_, ENOBUFS) {
                // Too much news is news.
            }
            isNews = true
        }
    }

    private static let maximumAttempts = 8

    /// linux/rtnetlink.h and linux/if_link.h.
    private enum Number {
        /// RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR.
        static let groups: [UInt32] = [1, 5, 9]
        static let newLink: UInt16 = 16
        static let getLink: UInt16 = 18
        static let newAddress: UInt16 = 20
        static let getAddress: UInt16 = 22
        static let interfaceName = 3
        static let linkInfo = 18
        /// IFLA_LINK: of a pair, the other end.
        static let link = 5
        static let master = 10
        /// IFLA_LINK_NETNSID: the link is in another namespace.
        static let linkNamespace = 37
        static let infoKind = 1
        /// What has another end, and lies on nothing.
        static let pairs: Set<String> = ["veth", "netkit", "vxcan"]
        static let upFlag: UInt32 = 1
        static let loopbackFlag: UInt32 = 8
        /// sizeof(struct ifinfomsg)
        static let headerBytes = 16
        /// sizeof(struct ifaddrmsg)
        static let addressHeaderBytes = 8
        /// IFA_ADDRESS: the prefix's, also where the link has two ends.
        static let address = 1
    }

    /// Nil when a change overtook the list.
    private func list() throws(NetfilterFailure) -> [NetworkDevice]? {
        guard let links = try dump(Number.getLink, Number.newLink, Number.headerBytes),
            let addresses = try dump(Number.getAddress, Number.newAddress, Number.addressHeaderBytes)
        else { return nil }
        var prefixes: [UInt32: [IPPrefix]] = [:]
        for payload in addresses {
            guard let (device, prefix) = prefix(payload) else { continue }
            prefixes[device, default: []].append(prefix)
        }
        return links.compactMap { device($0, prefixes) }
    }

    /// What the kernel answers to one question, each message as long as its header; nil when a change overtook it.
    private func dump(
        _ question: UInt16, _ answer: UInt16, _ headerBytes: Int
    ) throws(NetfilterFailure) -> [ArraySlice<UInt8>]? {
        var request = NetlinkMessages()
        request.begin(
            type: question, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), sequence: NetfilterConnection.requestSequence,
            header: Array(repeating: 0, count: headerBytes))
        request.end()
        return try socket.list(request.bytes)?.filter { $0.type == answer && $0.payload.count >= headerBytes }
            .map(\.payload)
    }

    private func device(_ payload: ArraySlice<UInt8>, _ prefixes: [UInt32: [IPPrefix]]) -> NetworkDevice? {
        let index = UInt32(hostOrder: payload.dropFirst(4).prefix(4))
        let flags = UInt32(hostOrder: payload.dropFirst(8).prefix(4))
        let attributes = NetlinkAttributes.parse(payload.dropFirst(Number.headerBytes))
        guard let name = attributes[Number.interfaceName] else { return nil }
        let kind = attributes[Number.linkInfo].flatMap { NetlinkAttributes.parse($0)[Number.infoKind] }.map { text($0) }
        let isPair = kind.map { Number.pairs.contains($0) } ?? false
        let isElsewhere = isPair || attributes[Number.linkNamespace] != nil
        return NetworkDevice(
            name: text(name), isLoopback: flags & Number.loopbackFlag != 0, kind: kind,
            prefixes: (prefixes[index] ?? []).sorted { ($0.address, $0.length) < ($1.address, $1.length) },
            isUp: flags & Number.upFlag != 0, index: index,
            lowerIndex: isElsewhere ? 0 : number(attributes[Number.link]),
            masterIndex: number(attributes[Number.master]))
    }

    /// Of which device, by its index.
    private func prefix(_ payload: ArraySlice<UInt8>) -> (device: UInt32, IPPrefix)? {
        let length = Int(payload[payload.startIndex + 1])
        let attributes = NetlinkAttributes.parse(payload.dropFirst(Number.addressHeaderBytes))
        guard let bytes = attributes[Number.address], let address = IPAddress(networkOrder: bytes),
            length <= address.family.bitWidth
        else { return nil }
        return (UInt32(hostOrder: payload.dropFirst(4).prefix(4)), IPPrefix(containing: address, length: length))
    }

    /// 0 for what is not there.
    private func number(_ bytes: ArraySlice<UInt8>?) -> UInt32 { bytes.map { UInt32(hostOrder: $0.prefix(4)) } ?? 0 }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension IPAddress {
    fileprivate init?(networkOrder bytes: ArraySlice<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        self =
            bytes.count == 4
            ? .v4(IPv4Address(bits: UInt32(number)))
            : .v6(IPv6Address(high: UInt64(number >> 64), low: UInt64(truncatingIfNeeded: number)))
    }
}
