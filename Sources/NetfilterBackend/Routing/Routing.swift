package import NetworkTypes
package import Ruleset

/// The routing rules and routes that lead packets with a path's mark into its tunnel: what the kernel is to hold, or
/// what it holds of ours.
package struct Routing: Hashable, Sendable {
    package var rules: Set<RoutingRule>
    package var routes: Set<TableRoute>

    package init(rules: Set<RoutingRule> = [], routes: Set<TableRoute> = []) {
        self.rules = rules
        self.routes = routes
    }

    package var isEmpty: Bool { rules.isEmpty && routes.isEmpty }
}

/// A rule of `ip rule`.
package struct RoutingRule: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case lookUp(table: UInt32)
        case unreachable
    }

    package var family: AddressFamily
    /// Lower is asked first.
    package var priority: UInt32
    package var mark: UInt32
    /// Zero for every packet.
    package var mask: UInt32
    package var action: Action

    package init(_ family: AddressFamily, priority: UInt32, mark: UInt32, mask: UInt32, _ action: Action) {
        self.family = family
        self.priority = priority
        self.mark = mark
        self.mask = mask
        self.action = action
    }
}

/// A default route of one of our tables.
package struct TableRoute: Hashable, Sendable {
    package enum Target: Hashable, Sendable {
        case device(String)
        case unreachable
        /// Something that another program put there: its destination and kind, as far as lines for people need them.
        case foreign(String)
    }

    package var family: AddressFamily
    package var table: UInt32
    package var metric: UInt32
    package var target: Target

    package init(_ family: AddressFamily, table: UInt32, metric: UInt32, _ target: Target) {
        self.family = family
        self.table = table
        self.metric = metric
        self.target = target
    }
}

/// A path that has a tunnel, as routing needs it.
package struct TunnelPath: Hashable, Sendable {
    /// On this machine.
    package var number: PathNumber
    package var device: String
    package var families: [AddressFamily]

    package init(number: PathNumber, device: String, families: [AddressFamily]) {
        self.number = number
        self.device = device
        self.families = families
    }
}

extension Routing {
    // Numbers that no other program is known to use; docs/decisions/0014 has the reasons.

    /// Marked packets are asked about first: behind the kernel's own table `local`, before everybody else's rules.
    package static let firstPriority: UInt32 = 530
    /// Behind the kernel's own tables `main` and `default`.
    package static let lastPriority: UInt32 = 53_000
    /// The table of path N is this and N; that of the last resort this alone.
    package static let firstTable: UInt32 = 530_000
    /// RTA_PROTOCOL and FRA_PROTOCOL: who made a rule or route. Numbers from 4 on mean nothing to the kernel.
    package static let protocolNumber: UInt8 = 153

    package static func table(of path: PathNumber) -> UInt32 { firstTable + UInt32(path.rawValue) }

    /// Every table that may be ours.
    package static let tables = firstTable...(firstTable + UInt32(PathNumber.maximumDeclared))

    /// For `paths`, in the profile's order, while `devices` are those that are up.
    ///
    /// Each path has a rule and a table, with a default route into its device and an unreachable one behind it, which
    /// gives a sender his error. Marks are asked about only when a first route exists: where `main` has none, the last
    /// resort are the devices of paths themselves, and never for the outer packets of a tunnel, which would go round.
    package init(paths: [TunnelPath], devices: Set<String>) {
        self.init()
        for (index, path) in paths.enumerated() {
            for family in path.families {
                let table = Routing.table(of: path.number)
                rules.insert(
                    RoutingRule(
                        family, priority: Routing.firstPriority + UInt32(path.number.rawValue), mark: path.number.bits,
                        mask: MarkLayout.path, .lookUp(table: table)))
                routes.insert(TableRoute(family, table: table, metric: .max, .unreachable))
                guard devices.contains(path.device) else { continue }
                routes.insert(TableRoute(family, table: table, metric: 1, .device(path.device)))
                routes.insert(
                    TableRoute(
                        family, table: Routing.firstTable, metric: UInt32(index) + 1, .device(path.device)))
            }
        }
        for family in AddressFamily.allCases where paths.contains(where: { $0.families.contains(family) }) {
            rules.insert(
                RoutingRule(
                    family, priority: Routing.lastPriority, mark: PathNumber.underlay.bits, mask: MarkLayout.path,
                    .unreachable))
            rules.insert(
                RoutingRule(
                    family, priority: Routing.lastPriority + 1, mark: 0, mask: 0, .lookUp(table: Routing.firstTable)))
        }
    }

    /// What the other has not.
    package func subtracting(_ other: Routing) -> Routing {
        Routing(rules: rules.subtracting(other.rules), routes: routes.subtracting(other.routes))
    }

    package func union(_ other: Routing) -> Routing {
        Routing(rules: rules.union(other.rules), routes: routes.union(other.routes))
    }

    /// In the words of `ip`, in order.
    package var lines: [String] { (rules.map(\.line) + routes.map(\.line)).sorted() }
}

extension RoutingRule {
    fileprivate var line: String {
        let what = mask == 0 ? "all" : "all fwmark 0x\(String(mark, radix: 16))/0x\(String(mask, radix: 16))"
        return switch action {
        case .lookUp(let table): "\(family.word) rule \(priority): from \(what) lookup \(table)"
        case .unreachable: "\(family.word) rule \(priority): from \(what) unreachable"
        }
    }
}

extension TableRoute {
    fileprivate var line: String {
        switch target {
        case .device(let name): "\(family.word) route in table \(table): default dev \(name) metric \(metric)"
        case .unreachable: "\(family.word) route in table \(table): unreachable default metric \(metric)"
        case .foreign(let text): "\(family.word) route in table \(table): \(text) metric \(metric)"
        }
    }
}

extension AddressFamily {
    fileprivate var word: String { self == .v4 ? "IPv4" : "IPv6" }
}
