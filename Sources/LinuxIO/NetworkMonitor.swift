internal import CLinux
package import NetworkTypes

/// Hears of links, addresses and routes of this network namespace that come and go (rtnetlink(7)). It needs no right.
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
    /// The address that packets to `target` leave from; nil when it cannot be reached.
    package static func source(towards target: Endpoint) -> IPAddress? {
        enigm_source_towards(enigm_endpoint(target)).address
    }
}
