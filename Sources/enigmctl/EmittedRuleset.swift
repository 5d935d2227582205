internal import Bundle
internal import CanonicalJSON
internal import NetfilterBackend
internal import PolicyRuntime
internal import Ruleset

/// The tables of a bundle as this machine would have them, for `nft -f` or `nft -j -f`.
struct EmittedRuleset {
    private let ruleset: Ruleset
    /// Names that this machine does not know, one line each.
    let warnings: [String]

    /// The first epoch: a table that a person loads has no predecessor.
    private static let epoch: UInt16 = 1

    init(_ settings: EnforcementSettings) throws(Failure) {
        let machine = try EmittedRuleset.machine(settings)
        let table = settings.template.instantiate(
            epoch: EmittedRuleset.epoch, neighbours: machine.neighbours, controlGroups: { EmittedRuleset.places($0) }
        ) { machine.resolve($0) }
        let wire = settings.template.wire.table(
            table.name, on: machine.checkedDevices, stamp: .symbolic, knowsRoutes: true)
        ruleset = Ruleset(tables: [table, wire])
        warnings = machine.unknownNames(in: settings.template).map(\.line)
    }

    /// Sets of units and slices are left empty, to be filled by who loads the table; the rules that look into them do so
    /// where systemd usually has them.
    private static func places(_ symbol: Symbol) -> ControlGroupPlaces? {
        symbol.usualLevel.map { ControlGroupPlaces(levels: [$0]) }
    }

    func text(_ product: ProfileCompile.Product) -> String {
        product == .nftJSON
            ? CanonicalJSONWriter.text(of: ruleset.nftJSON) + "\n" : EmittedRuleset.header + ruleset.text
    }

    /// The stamp is a number that everybody knows: the text is the same whenever it is made.
    private static let header = #"""
        # What the table lets out has the stamp 0x0fffffff, which everybody knows. To have one of your own in its place:
        # sed -Ei "s/(==|\|) 0x0fffffff/\1 0x0$(openssl rand -hex 4 | cut -c2-8)/" FILE

        """#

    private static func machine(_ settings: EnforcementSettings) throws(Failure) -> Machine {
        do {
            return Machine(
                devices: try NetworkDeviceMonitor().devices(), takenDevices: settings.takenDevices,
                wires: .init(settings.template.wire, knowsRoutes: true))
        } catch {
            throw .environment("cannot list the network devices: \(error)")
        }
    }
}
