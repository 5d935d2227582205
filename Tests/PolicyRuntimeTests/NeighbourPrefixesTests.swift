import KernelTestSupport
import NetfilterBackend
import NetworkTypes
import TestSupport
import Testing

@testable import PolicyRuntime

/// What a network says of itself, and what is believed.
@Suite struct NeighbourPrefixesTests {
    @Test(arguments: [
        ("192.168.1.0", 24, true), ("10.0.0.0", 16, true), ("172.31.0.0", 20, true), ("169.254.0.0", 16, true),
        ("fd12:3456::", 64, true), ("fe80::", 64, true),
        // Half of the internet, a provider's network, and more private addresses than a link has.
        ("0.0.0.0", 1, false), ("128.0.0.0", 1, false), ("198.51.100.0", 24, false), ("10.0.0.0", 8, false),
        ("192.0.0.0", 8, false), ("2001:db8::", 64, false), ("fc00::", 7, false), ("::", 0, false),
    ])
    func onlyPrivateAndNarrow(address: String, length: Int, isTaken: Bool) throws {
        let prefix = IPPrefix(containing: try #require(IPAddress(address)), length: length)
        #expect(NeighbourPrefixes.among([prefix]) == (isTaken ? [prefix] : []))
    }

    /// Those of physical devices that are no path's.
    @Test func onlyOfPhysicalDevices() throws {
        let prefixes = try ["192.168.1.0", "192.168.2.0", "192.168.3.0", "192.168.4.0"].map {
            IPPrefix(containing: try #require(IPAddress($0)), length: 24)
        }
        let devices = [
            NetworkDevice(name: "eth0", prefixes: [prefixes[0]]), NetworkDevice(name: "wlan0", prefixes: [prefixes[1]]),
            NetworkDevice(name: "docker0", kind: "bridge", prefixes: [prefixes[2]]),
            NetworkDevice(name: "lo", isLoopback: true, prefixes: [prefixes[3]]),
        ]
        let machine = Machine(devices: devices, takenDevices: ["wlan0"])
        #expect(machine.neighbours == [prefixes[0]])
    }

    @Test(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
    func addressesAreListedAndNews() throws {
        try KernelNamespace.run {
            let monitor = try NetworkDeviceMonitor()
            #expect(try monitor.devices().flatMap(\.prefixes).isEmpty)
            for address in ["192.168.9.77/24", "fd00:9::1/64"] {
                #expect(CommandResult.run("ip", ["address", "add", address, "dev", "lo"]).status == .exited(0))
            }
            #expect(try monitor.hasNews())
            #expect(!(try monitor.hasNews()))
            let loopback = try #require(try monitor.devices().first { $0.isLoopback })
            #expect(loopback.prefixes.map(\.description) == ["192.168.9.0/24", "fd00:9::/64"])
        }
    }
}
