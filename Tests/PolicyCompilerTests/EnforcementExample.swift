import NetworkTypes
import PolicyCompiler
import ProfileLoader
import ProfileModel
import Ruleset
import Testing

/// A profile with one of everything that is enforced.
enum EnforcementExample {
    static let text = """
        schema: enigm.network/1
        profile: { name: example, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["203.0.113.7:51820/udp"], ipv6: inside }
        subjects:
          messaging: { users: [messaging], exclusive: true }
          browser: { users: [alice], groups: [web] }
        resolver:
          user: enigm-resolver
          upstreams:
            main: { tls: dns.example.net, addresses: [198.51.100.53, "2001:db8:100::53"], path: direct }
        default: { via: vpn }
        rules:
          chat: { from: messaging, to: { addresses: [198.51.100.80], ports: [443/tcp] }, via: direct }
          web: { from: browser, to: { addresses: [203.0.113.0/24, "2001:db8:200::/48"], ports: [80/tcp, 443/tcp, 443/udp] }, via: direct }
          printer: { from: any, to: { addresses: [192.168.1.20], ports: [631/tcp] }, via: direct, reason: "office printer" }
          no-smb: { from: any, to: { ports: [445/tcp, 139/tcp] }, block: true }
        local: { inbound: [22/tcp] }
        """

    static func plan(_ text: String = text) throws -> EnforcementPlan {
        let loaded = ProfileLoader.load(Array(text.utf8), fileName: "example.yaml")
        let profile = try #require(loaded.profile, "\(loaded.diagnostics)")
        let (plan, diagnostics) = EnforcementPlanner.plan(profile)
        return try #require(plan, "\(diagnostics)")
    }

    static let users: [String: UInt32] = [
        "messaging": 2001, "alice": 2002, "bob": 2003, "_apt": 42, "enigm-resolver": 2053, "stub": 2054,
        "enigm-proxy": 2055,
    ]
    static let groups: [String: UInt32] = ["web": 3000, "staff": 3001, "tor": 3002]

    /// On the link of the physical device.
    static let neighbours = [("192.168.7.0", 24), ("192.168.8.0", 25), ("fd00:7::", 64), ("fe80::", 64)].compactMap {
        address, length in
        IPAddress(address).map { IPPrefix(containing: $0, length: length) }
    }

    /// The table on a machine with those users, groups and one physical device.
    static func table(_ template: RulesetTemplate, epoch: UInt16 = 7) -> Table {
        table(template, epoch: epoch) { symbol in symbol.usualLevel.map { ControlGroupPlaces(levels: [$0]) } }
    }

    /// The same, with control groups.
    static func table(
        _ template: RulesetTemplate, epoch: UInt16 = 7, translators: [IPPrefix] = [],
        controlGroups: (Symbol) -> ControlGroupPlaces?
    ) -> Table {
        template.instantiate(
            epoch: epoch, neighbours: neighbours, translators: translators, controlGroups: controlGroups
        ) { symbol in
            switch symbol {
            case .user(let name): users[name].map { [FieldValue($0)] } ?? []
            case .group(let name): groups[name].map { [FieldValue($0)] } ?? []
            case .physicalDevices: [FieldValue(interfaceName: "eth0")]
            case .checkedDevices: checkedDevices(template).map { FieldValue(interfaceName: $0) }
            case .resolverCgroups, .unit, .slice, .neighbours, .announcedTranslators: []
            case .device(let name): [FieldValue(interfaceName: name)]
            case .downPath: []
            }
        }
    }

    /// The check of the wires there, with the stamp that stands for any.
    static func wire(_ template: RulesetTemplate) -> Table {
        template.wire.table(
            RulesetLowering.tableName, on: checkedDevices(template).map { WireDevice($0) }, stamp: .symbolic,
            knowsRoutes: true)
    }

    /// The physical one, and those that the profile names.
    private static func checkedDevices(_ template: RulesetTemplate) -> [String] {
        Set(["eth0"] + template.wire.namedDevices).sorted()
    }
}
