internal import Bundle
internal import CanonicalJSON
internal import NetfilterBackend
internal import PolicyRuntime
internal import Ruleset

/// The table of a bundle as this machine would have it, for `nft -f` or `nft -j -f`.
struct EmittedRuleset {
    private let ruleset: Ruleset
    /// Names that this machine does not know, one line each.
    let warnings: [String]

    /// The first epoch: a table that a person loads has no predecessor.
    private static let epoch: UInt16 = 1

    init(_ settings: EnforcementSettings) throws(Failure) {
        let machine = try EmittedRuleset.machine(pathDevices: Set(settings.paths.compactMap(\.device)))
        let table = settings.template.instantiate(
            epoch: EmittedRuleset.epoch, neighbours: machine.neighbours, controlGroups: { EmittedRuleset.places($0) }
        ) { machine.resolve($0) }
        ruleset = Ruleset(tables: [table])
        warnings = machine.unknownNames(in: settings.template)
    }

    /// Sets of units and slices are left empty, to be filled by who loads the table; the rules that look into them do so
    /// where systemd usually has them.
    private static func places(_ symbol: Symbol) -> ControlGroupPlaces? {
        symbol.usualLevel.map { ControlGroupPlaces(levels: [$0]) }
    }

    func text(_ product: ProfileCompile.Product) -> String {
        product == .nftJSON ? CanonicalJSONWriter.text(of: ruleset.nftJSON) + "\n" : ruleset.text
    }

    private static func machine(pathDevices: Set<String>) throws(Failure) -> Machine {
        do {
            return Machine(devices: try NetworkDeviceMonitor().devices(), pathDevices: pathDevices)
        } catch {
            throw .environment("cannot list the network devices: \(error)")
        }
    }
}
