import Bundle
import NetfilterBackend
import NetworkTypes
import PolicyCompiler
import ProfileLoader
import ProfileMeaning
import ProfileModel
import ProfileTestSupport
import Ruleset
import Testing

/// A profile, compiled as `enigmctl` does it and read back from the bundle as the daemon does it.
struct GroundPolicy {
    let profile: Profile
    let template: RulesetTemplate
    let evaluator: ProfileEvaluator
    /// What is routed by marks.
    let tunnels: [TunnelPath]
    let portal: PortalSettings?

    init(_ text: String = GroundPolicy.text) throws {
        try self.init(
            ProfileLoader.load(Array(text.utf8), fileName: "ground.yaml"), NeighbouringFiles(of: "ground.yaml"))
    }

    init(_ file: RepositoryProfile) throws { try self.init(file.load(), file.files) }

    private init(_ loaded: LoadResult, _ files: NeighbouringFiles) throws {
        profile = try #require(loaded.profile, "\(loaded.diagnostics)")
        let result = PolicyCompiler.compile(profile, files: files)
        let writer = try #require(result.bundle, "\(result.diagnostics)")
        let bundle = try Bundle.read(writer.encoded())
        let settings = try #require(bundle.manifest.enforcement)
        template = settings.template
        portal = settings.portal
        tunnels = settings.paths.compactMap { path in
            path.device.map { TunnelPath(number: path.number, device: $0, families: path.families) }
        }
        var evaluator = ProfileEvaluator(profile, encryptedServices: Set(EncryptedDNSServices.addresses))
        evaluator.announcedTranslators = GroundPolicy.translators
        self.evaluator = evaluator
    }

    /// The table on the ground: its users, and its one wire.
    func table(
        epoch: UInt16 = 7, downDevices: Set<String> = [], translators: [IPPrefix] = GroundPolicy.translators,
        controlGroups: (Symbol) -> ControlGroupPlaces? = { _ in nil }
    ) -> Table {
        template.instantiate(
            epoch: epoch, neighbours: GroundPolicy.neighbours, translators: translators,
            controlGroups: controlGroups
        ) { symbol in
            switch symbol {
            case .user(let name): Identity.users[name].map { [FieldValue($0)] } ?? []
            case .group(let name): Identity.groups[name].map { [FieldValue($0)] } ?? []
            case .checkedDevices: [FieldValue(interfaceName: Ground.device)]
            case .physicalDevices: [FieldValue(interfaceName: Ground.device)]
            case .resolverCgroups, .unit, .slice, .neighbours, .announcedTranslators: []
            // Whatever a profile calls its physical devices, the ground has this one.
            case .device: [FieldValue(interfaceName: Ground.device)]
            case .downPath(let path, let device): downDevices.contains(device) ? [FieldValue(path.bits)] : []
            }
        }
    }

    /// The check of that wire, with the stamp that stands for any.
    var wire: Table { wire(on: WireDevice(Ground.device)) }

    func wire(on device: WireDevice) -> Table {
        template.wire.table(RulesetLowering.tableName, on: [device], stamp: .symbolic, knowsRoutes: true)
    }

    /// What is taken for the link's: no private addresses here, which nobody would answer for.
    static let neighbours = [prefix("198.51.100.96/27"), prefix("2001:db8:100::/64")]

    /// Under which the ground's network says that it translates IPv4.
    static let translators = [prefix("2001:db8:64::/96"), prefix("64:ff9b::/96")]

    /// alice is allowed some of the web, bob everything, messaging one service and nothing else, eve nothing.
    static let text = text()

    static func text(
        version: Int = 1, web: String = "198.51.100.0/25, \"2001:db8:100::/64\"", roaming: Bool = true
    ) -> String {
        """
        schema: enigm.network/1
        profile: { name: ground, version: \(version) }
        paths:
          direct: { interfaces: [en0] }
          vpn: { interface: wg0, kind: wireguard, listen-port: 51820, endpoints: ["198.51.100.200:51820/udp", "[2001:db8:100:1::200]:51820/udp"], ipv6: inside }
        subjects:
          messaging: { users: [messaging], exclusive: true }
          browser: { users: [alice], groups: [web] }
          roaming: { users: [bob] }
        resolver:
          user: enigm-resolver
          upstreams:
            main: { tls: dns.example.net, addresses: [198.51.100.53, "2001:db8:100::53"], path: direct }
        default: { block: true }
        rules:
          chat: { from: messaging, to: { addresses: [198.51.100.180, "2001:db8:100:1::180"], ports: [443/tcp] }, via: direct }
          web: { from: browser, to: { addresses: [\(web)], ports: [80/tcp, 443/tcp, 443/udp] }, via: direct }
          office: { from: browser, to: { addresses: [203.0.113.0/24, "2001:db8:200::/48"], ports: [80/tcp, 443/tcp, 443/udp] }, via: vpn }
          strict: { from: browser, to: { addresses: [198.51.100.190/31, "2001:db8:100:1::190"], ports: [80/tcp, 9000/udp] }, via: vpn }
          roam: { from: roaming, to: { addresses: [0.0.0.0/0, "::/0"] }, \(roaming ? "via: direct" : "block: true") }
          printer: { from: any, to: { addresses: [198.51.100.120], ports: [631/tcp] }, via: direct }
          no-smb: { from: any, to: { ports: [445/tcp] }, block: true }
        local: { inbound: [22/tcp] }
        """
    }
}
