internal import LinuxIO
package import NetfilterBackend
package import NetworkTypes

/// The resolvers that a link's DHCP told, from where the programs that ask for leases leave them. What they say was said
/// by the network: only addresses on the link of a physical device are taken.
package enum LinkResolvers {
    package struct Found: Hashable, Sendable {
        package let address: IPAddress
        /// The file.
        package let source: String
    }

    /// Those of the first source that has any, in its order. `root` stands before every path.
    package static func found(
        on devices: [NetworkDevice], root: String = ""
    ) -> [Found] {
        let links = devices.filter { $0.isPhysical && $0.isUp }
        let prefixes = links.flatMap(\.prefixes)
        for source in sources(of: links) {
            guard
                let bytes = try? FileContents.read(root + source.path, limitBytes: NameServerConfiguration.maximumBytes)
            else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            var found: [Found] = []
            for address in source.read(text) where prefixes.contains(where: { $0.contains(address) }) {
                let one = Found(address: address, source: source.path)
                if !found.contains(one) { found.append(one) }
            }
            if !found.isEmpty { return Array(found.prefix(maximumFound)) }
        }
        return []
    }

    /// As many as a resolv.conf has (MAXNS of the C library).
    private static let maximumFound = 3

    private struct Source {
        let path: String
        let read: (String) -> [IPAddress]
    }

    /// NetworkManager.conf(5) names its two, systemd-resolved.service(8) its one; leases of systemd-networkd by the number
    /// of the device, and those of dhclient (dhclient.leases(5)).
    private static func sources(of links: [NetworkDevice]) -> [Source] {
        [
            Source(path: "/run/NetworkManager/no-stub-resolv.conf", read: nameServers),
            Source(path: "/run/NetworkManager/resolv.conf", read: nameServers),
            Source(path: "/run/systemd/resolve/resolv.conf", read: nameServers),
        ] + links.map { Source(path: "/run/systemd/netif/leases/\($0.index)", read: networkdLease) }
            + links.map { Source(path: "/var/lib/dhcp/dhclient.\($0.name).leases", read: dhclientLeases) }
            + [Source(path: "/var/lib/dhcp/dhclient.leases", read: dhclientLeases)]
    }

    /// Without those of one link alone: whom the profile lets be asked is an address.
    private static func nameServers(_ text: String) -> [IPAddress] {
        NameServerConfiguration(text).nameServers.filter { $0.zone == nil }.map(\.address)
    }

    /// `DNS=192.0.2.1 192.0.2.2`
    private static func networkdLease(_ text: String) -> [IPAddress] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("DNS=") }.flatMap { line in
            line.dropFirst(4).split(separator: " ").compactMap { IPAddress(String($0)) }
        }
    }

    /// `option domain-name-servers 192.0.2.1,192.0.2.2;`, the last lease being the one in force.
    private static func dhclientLeases(_ text: String) -> [IPAddress] {
        let option = "option domain-name-servers "
        let lines = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
        guard let last = lines.last(where: { $0.hasPrefix(option) }) else { return [] }
        return last.dropFirst(option.count).split { $0 == "," || $0 == ";" || $0.isWhitespace }.compactMap {
            IPAddress(String($0))
        }
    }
}
