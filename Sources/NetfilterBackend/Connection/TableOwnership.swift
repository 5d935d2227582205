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
