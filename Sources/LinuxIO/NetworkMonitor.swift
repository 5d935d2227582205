internal import CLinux
internal import Glibc
package import NetworkTypes

/// Hears of links, addresses, routes and rules of this network namespace that come and go (rtnetlink(7)). It needs no right.
package struct NetworkMonitor: ~Copyable {
    /// Readable when there is news.
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        descriptor = Descriptor(owning: try check(enigm_network_monitor(), "netlink"))
    }

    /// Takes all news; whether there was any. What it said does not matter: ask what has become of the routes.
    package func takeNews() -> Bool { enigm_network_news(descriptor.rawValue) != 0 }
}

/// The kernel's routing as it is now.
package enum Routing {
    /// The address that packets to `target` leave from, by `device` where one is named; nil when it cannot be reached.
    package static func source(towards target: Endpoint, by device: String? = nil) -> IPAddress? {
        // Connecting a datagram socket sends nothing; the kernel only chooses a route.
        guard let socket = try? Descriptor.socket(target.address.family, SOCK_DGRAM),
            device.map({ (try? socket.bind(toDeviceNamed: $0)) != nil }) ?? true,
            enigm_connect(socket.rawValue, enigm_endpoint(target)) == 0
        else { return nil }
        return socket.localEndpoint?.address
    }
}
