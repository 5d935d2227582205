internal import Bundle
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset

/// Keeps the routing of tunnels' paths as the policy in force wants it: rules and routes with our protocol number, and
/// no others.
struct PathRouter: ~Copyable {
    private let connection: RoutingConnection
    /// What was wanted last.
    private var wanted = Routing()
    /// False before the first look: an earlier run may have left something.
    private var hasLooked = false
    /// Which of it the kernel does not do, and what others do that can spoil it.
    private(set) var problems: [RoutingProblem] = []

    init() throws(PolicyFailure) {
        do { connection = try RoutingConnection() } catch { throw PolicyFailure(error) }
    }

    /// Readable when somebody has changed routing rules or routes.
    var descriptor: Int32 { connection.descriptor }

    func hasNews() throws(PolicyFailure) -> Bool {
        do { return try connection.hasNews() } catch { throw PolicyFailure(error) }
    }

    /// What a policy wants on this machine, with the numbers that its paths have there.
    static func routing(
        of settings: EnforcementSettings, numbers: [PathNumber: PathNumber], on machine: Machine
    ) -> Routing {
        let tunnels = settings.paths.compactMap { path in
            path.device.map { device in
                TunnelPath(number: numbers[path.number] ?? path.number, device: device, families: path.families)
            }
        }
        return Routing(paths: tunnels, devices: machine.upDevices)
    }

    /// Adds what a policy needs that is not in force yet, and takes nothing away. Marked packets that meet the routing of
    /// another policy leave by no device that they must not.
    mutating func prepare(_ next: Routing, on machine: Machine) throws(PolicyFailure) {
        guard isOfInterest(next) else { return }
        let standing = try look(machine)
        let union = standing.routing.union(next.carried(by: standing.families))
        problems = try change(from: standing.routing, to: union, machine)
    }

    /// Makes the routing what it should be, and looks whether it is.
    mutating func settle(_ next: Routing, on machine: Machine) throws(PolicyFailure) {
        guard isOfInterest(next) else { return }
        let standing = try look(machine)
        let carried = next.carried(by: standing.families)
        problems = next.isEmpty ? [] : standing.interference
        if standing.routing != carried {
            problems += try change(from: standing.routing, to: carried, machine)
            // What was changed here is no news.
            _ = try hasNews()
            let difference = try look(machine).routing.difference(from: carried)
            guard difference.isEmpty else { throw .readBackDiffers(difference.lines) }
        }
        (wanted, hasLooked) = (next, true)
    }

    /// What others have done to it. Routes into devices come and go with these.
    func drift(from next: Routing, on machine: Machine) throws(PolicyFailure) -> TableDifference {
        guard isOfInterest(next) else { return TableDifference() }
        let standing = try look(machine)
        let expected = Routing(
            rules: next.rules.intersection(wanted.rules), routes: next.routes.intersection(wanted.routes))
        let added = standing.routing.subtracting(next.union(wanted))
        return TableDifference(
            added: added.lines,
            removed: expected.carried(by: standing.families).subtracting(standing.routing).withoutDevices.lines)
    }

    /// Whether the kernel holds something else, for whatever reason.
    func isUnsettled(_ next: Routing, on machine: Machine) throws(PolicyFailure) -> Bool {
        guard isOfInterest(next) else { return false }
        let standing = try look(machine)
        return standing.routing != next.carried(by: standing.families)
    }

    /// A policy without tunnels needs no look, once none of another is left.
    private func isOfInterest(_ next: Routing) -> Bool { !hasLooked || !next.isEmpty || !wanted.isEmpty }

    private func look(_ machine: Machine) throws(PolicyFailure) -> RoutingConnection.Standing {
        do { return try connection.standing(devices: machine.deviceNames) } catch { throw PolicyFailure(error) }
    }

    private func change(
        from standing: Routing, to next: Routing, _ machine: Machine
    ) throws(PolicyFailure) -> [RoutingProblem] {
        do { return try connection.change(from: standing, to: next, devices: machine.deviceNames) } catch {
            throw PolicyFailure(error)
        }
    }
}

extension Routing {
    /// Some kernels have no IPv6.
    fileprivate func carried(by families: Set<AddressFamily>) -> Routing {
        Routing(
            rules: rules.filter { families.contains($0.family) }, routes: routes.filter { families.contains($0.family) }
        )
    }

    fileprivate var withoutDevices: Routing {
        Routing(rules: rules, routes: routes.filter { if case .device = $0.target { false } else { true } })
    }

    /// How the kernel's routing differs from `wanted`, devices that take no route apart.
    fileprivate func difference(from wanted: Routing) -> TableDifference {
        TableDifference(
            added: subtracting(wanted).lines, removed: wanted.subtracting(self).withoutDevices.lines)
    }
}

extension Machine {
    /// By the kernel's index.
    fileprivate var deviceNames: [UInt32: String] {
        Dictionary(devices.map { ($0.index, $0.name) }) { first, _ in first }
    }
}
