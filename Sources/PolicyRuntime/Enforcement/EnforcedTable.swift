internal import Bundle
internal import Ruleset

/// The one table of ours, and what its template leaves open.
enum EnforcedTable {
    static let family = TableFamily.inet
    static let name = "enigm"
    /// Filled with the epoch before this one: inbound packets of its flows still pass, for ``staleMilliseconds``.
    static let staleEpochs = "stale_epochs"
    /// As long as packets of a flow may be under way (policy-language: stale inbound).
    static let staleMilliseconds: UInt64 = 5_000
    /// EPERM, for one message of a batch: the table has another owner.
    static let notPermitted: Int32 = 1

    /// The table as this machine is to hold it.
    static func table(
        _ settings: EnforcementSettings, epoch: UInt16, paths: [PathNumber: PathNumber], on machine: Machine,
        flags: TableFlags
    ) -> Table {
        var table = settings.template.instantiate(
            epoch: epoch, paths: paths, neighbours: machine.neighbours, controlGroups: { machine.controlGroups[$0] }
        ) { machine.resolve($0) }
        table.flags = flags
        return table
    }

    /// The element of ``staleEpochs`` for an epoch.
    static func staleElement(_ epoch: UInt16) -> SetElement { SetElement(FieldValue(MarkLayout.epochBits(epoch))) }
}
