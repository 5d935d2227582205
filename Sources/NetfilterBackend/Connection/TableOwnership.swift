internal import CNetfilter
internal import Glibc
package import Ruleset

/// What the kernel can do to keep others from a table.
package enum TableOwnership: Equatable, Sendable {
    /// Only its owner may change it, and it outlives the owner (Linux 6.9).
    case ownedAndPersistent
    /// Anybody with the right to may change it.
    case none

    /// The flags that a table gets.
    package var flags: TableFlags {
        switch self {
        case .ownedAndPersistent: [.owner, .persist]
        case .none: []
        }
    }
}

extension NetfilterConnection {
    /// Tries it on a table that is never committed: the kernel refuses flags that it does not know.
    package func probeOwnership() throws(NetfilterFailure) -> TableOwnership {
        var batch = NetfilterBatch()
        batch.adopt(
            Table(.inet, "enigm_probe", flags: TableOwnership.ownedAndPersistent.flags))
        do {
            try check(batch)
            return .ownedAndPersistent
        } catch .refused {
            return .none
        }
    }
}
