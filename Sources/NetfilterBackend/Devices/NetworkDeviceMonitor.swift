internal import Glibc

/// The network devices of this namespace, and news of them (rtnetlink(7)). Not /sys/class/net, which shows those of
/// the namespace that it was mounted in.
package struct NetworkDeviceMonitor: ~Copyable {
    private let socket: NetlinkSocket

    /// Listens from the start, so that nothing falls between a list and the news.
    package init() throws(NetfilterFailure) {
        let socket = try NetlinkSocket(.route)
        try socket.setMembership(of: Number.linkGroup, true)
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

    /// Whether a device came, went or changed since the last time.
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
        static let linkGroup: UInt32 = 1
        static let newLink: UInt16 = 16
        static let getLink: UInt16 = 18
        static let interfaceName = 3
        static let linkInfo = 18
        static let infoKind = 1
        /// NLM_F_REQUEST | NLM_F_DUMP.
        static let dump: UInt16 = 0x301
        static let interrupted: UInt16 = 0x10
        static let loopbackFlag: UInt32 = 8
        /// sizeof(struct ifinfomsg)
        static let headerBytes = 16
    }

    /// Nil when a change overtook the list.
    private func list() throws(NetfilterFailure) -> [NetworkDevice]? {
        let sequence = NetfilterConnection.requestSequence
        var request = NetlinkMessages()
        request.begin(
            type: Number.getLink, flags: Number.dump, sequence: sequence,
            header: Array(repeating: 0, count: Number.headerBytes))
        request.end()
        try socket.send(request.bytes)
        var devices: [NetworkDevice] = []
        var isWhole = true
        while let datagram = try socket.receive(waiting: true) {
            for message in NetlinkMessage.split(datagram) where message.sequence == sequence {
                if message.flags & Number.interrupted != 0 { isWhole = false }
                if let error = message.error { throw NetfilterConnection.failure(error) }
                if message.isDone { return isWhole ? devices : nil }
                if message.type == Number.newLink, let device = device(message.payload) { devices.append(device) }
            }
        }
        throw .interrupted
    }

    private func device(_ payload: ArraySlice<UInt8>) -> NetworkDevice? {
        guard payload.count >= Number.headerBytes else { return nil }
        let flags = UInt32(hostOrder: payload.dropFirst(8).prefix(4))
        let attributes = NetlinkAttributes.parse(payload.dropFirst(Number.headerBytes))
        guard let name = attributes[Number.interfaceName] else { return nil }
        let kind = attributes[Number.linkInfo].flatMap { NetlinkAttributes.parse($0)[Number.infoKind] }
        return NetworkDevice(
            name: text(name), isLoopback: flags & Number.loopbackFlag != 0, kind: kind.map { text($0) })
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
