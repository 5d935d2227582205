/// What we ask the kernel to hold, and what we read back from it: nftables tables in nftables' own terms.
///
/// The model stays close to the kernel's expressions. What nft's language leaves implied (that `tcp dport` also
/// compares the protocol) is written out, so that a rule has one meaning and encoding it is a table look-up.
package struct Ruleset: Hashable, Sendable {
    package var tables: [Table]

    package init(tables: [Table] = []) { self.tables = tables }

    package func table(_ family: TableFamily, _ name: String) -> Table? {
        tables.first { $0.family == family && $0.name == name }
    }
}

/// The families that this product writes; others are read as opaque.
package enum TableFamily: String, Hashable, Sendable, CaseIterable {
    case inet
    case ip
    case ip6
    case arp
    case bridge
    case netdev
}

package struct Table: Hashable, Sendable {
    package var family: TableFamily
    package var name: String
    package var flags: TableFlags
    package var sets: [NamedSet]
    package var chains: [Chain]
    /// What another program has put into it, beside rules.
    package var others: [OpaquePart] = []

    package init(
        _ family: TableFamily, _ name: String, flags: TableFlags = [], sets: [NamedSet] = [], chains: [Chain] = []
    ) {
        self.family = family
        self.name = name
        self.flags = flags
        self.sets = sets
        self.chains = chains
    }

    package func chain(_ name: String) -> Chain? { chains.first { $0.name == name } }

    package func set(_ name: String) -> NamedSet? { sets.first { $0.name == name } }
}

/// The table flags of linux/netfilter/nf_tables.h.
package struct TableFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The table is switched off.
    package static let dormant = TableFlags(rawValue: 1)
    /// Only the netlink socket that created it may change it.
    package static let owner = TableFlags(rawValue: 2)
    /// With `owner`: it outlives that socket (kernel 6.9).
    package static let persist = TableFlags(rawValue: 4)
}
