import NetfilterBackend
import NetworkTypes
import PolicyRuntime
import TestSupport
import Testing

/// The resolvers that DHCP told, in the files of those who asked.
@Suite struct LinkResolversTests {
    private static let devices = [
        NetworkDevice(name: "lo", isLoopback: true, prefixes: [prefix("127.0.0.0", 8)], index: 1),
        NetworkDevice(name: "wlan0", prefixes: [prefix("192.168.7.0", 24), prefix("2001:db8:7::", 64)], index: 3),
        NetworkDevice(name: "eth0", prefixes: [prefix("192.168.8.0", 24)], isUp: false, index: 2),
        NetworkDevice(name: "wg0", kind: "wireguard", prefixes: [prefix("10.8.0.0", 24)], index: 4),
    ]

    @Test(arguments: [
        ("run/NetworkManager/no-stub-resolv.conf", "search hotel\nnameserver 192.168.7.1\nnameserver 2001:db8:7::1\n"),
        ("run/NetworkManager/resolv.conf", "# Generated\nnameserver 192.168.7.1\nnameserver\t2001:db8:7::1 # two\n"),
        ("run/systemd/resolve/resolv.conf", "nameserver 192.168.7.1\nnameserver 2001:db8:7::1\nnameserver 9.9.9.9\n"),
        ("run/systemd/netif/leases/3", "ADDRESS=192.168.7.20\nDNS=192.168.7.1 2001:db8:7::1\nNTP=192.168.7.9\n"),
        (
            "var/lib/dhcp/dhclient.wlan0.leases",
            """
            lease {
              option domain-name-servers 192.168.7.99;
            }
            lease {
              option domain-name-servers 192.168.7.1,2001:db8:7::1;
            }
            """
        ),
    ])
    func aSourceThatHasSome(path: String, text: String) {
        let root = ScratchDirectory()
        write(text, to: path, in: root)
        let found = LinkResolvers.found(on: LinkResolversTests.devices, root: root.path)
        #expect(found.map(\.address.description) == ["192.168.7.1", "2001:db8:7::1"])
        #expect(Set(found.map(\.source)) == ["/\(path)"])
    }

    /// Nobody's word but the link's counts: not a public resolver, not ours, not that of a tunnel or of a link that is off.
    @Test func addressesElsewhereAreNotTheLinks() {
        let root = ScratchDirectory()
        let others = ["9.9.9.9", "127.0.0.53", "10.8.0.1", "192.168.8.1"]
        write(others.map { "nameserver \($0)\n" }.joined(), to: "run/NetworkManager/resolv.conf", in: root)
        #expect(LinkResolvers.found(on: LinkResolversTests.devices, root: root.path) == [])
        write("nameserver 192.168.7.2\n", to: "run/systemd/resolve/resolv.conf", in: root)
        #expect(
            LinkResolvers.found(on: LinkResolversTests.devices, root: root.path).map(\.address.description)
                == ["192.168.7.2"], "the next source is asked")
    }

    @Test func noMoreThanAResolvConfHas() {
        let root = ScratchDirectory()
        write((1...9).map { "nameserver 192.168.7.\($0)\n" }.joined(), to: "run/systemd/resolve/resolv.conf", in: root)
        #expect(LinkResolvers.found(on: LinkResolversTests.devices, root: root.path).count == 3)
        write(String(repeating: "#", count: 300_000), to: "run/systemd/resolve/resolv.conf", in: root)
        #expect(LinkResolvers.found(on: LinkResolversTests.devices, root: root.path) == [], "too large to be one")
    }

    private func write(_ text: String, to path: String, in root: ScratchDirectory) {
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        _ = CommandResult.run("mkdir", ["-p", root.path(directory)])
        root.write(text, to: path)
    }

    private static func prefix(_ text: String, _ length: Int) -> IPPrefix {
        guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
        return IPPrefix(containing: address, length: length)
    }
}
