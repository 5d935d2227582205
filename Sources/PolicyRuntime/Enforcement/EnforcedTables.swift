internal import Bundle
package import Cryptography
internal import NetworkTypes
package import Ruleset

/// The tables of ours, as this machine is to hold them: the main one, and the check of what may be on its wires.
package struct EnforcedTables: Equatable {
    package static let family = TableFamily.inet
    static let name = EnforcementSettings.tableName
    /// Filled with the devices that `direct` leaves by.
    static let directDevices = "direct_if"
    /// Filled with what routers announce.
    static let announcedTranslators = "nat64_net"
    /// Filled with the epoch before this one: inbound packets of its flows still pass, for ``staleMilliseconds``.
    static let staleEpochs = "stale_epochs"
    /// As long as packets of a flow may be under way (policy-language: stale inbound).
    static let staleMilliseconds: UInt64 = 5_000
    /// EPERM, for one message of a batch: the table has another owner.
    static let notPermitted: Int32 = 1
    /// Those that a batch replaces.
    package static let identities: [(family: TableFamily, name: String)] = [(family, name), (.netdev, name)]

    let main: Table
    /// Nil where the kernel has no chains where packets leave a device.
    let wire: Table?
    let stamp: PacketStamp

    var all: [Table] { [main] + (wire.map { [$0] } ?? []) }

    init(
        _ settings: EnforcementSettings, epoch: UInt16, stamp: PacketStamp, paths: [PathNumber: PathNumber],
        on machine: Machine, flags: TableFlags
    ) {
        var main = settings.template.instantiate(
            epoch: epoch, stamp: stamp, paths: paths, neighbours: machine.neighbours,
            translators: machine.translators, controlGroups: { machine.controlGroups[$0] }
        ) { machine.resolve($0) }
        main.flags = flags
        var wire = machine.wires.map { wires in
            settings.template.wire.table(
                EnforcedTables.name, on: machine.checkedDevices, stamp: stamp, knowsRoutes: wires.knowsRoutes)
        }
        wire?.flags = flags
        (self.main, self.wire, self.stamp) = (main, wire, stamp)
    }

    /// The element of ``staleEpochs`` for an epoch.
    static func staleElement(_ epoch: UInt16) -> SetElement { SetElement(FieldValue(MarkLayout.epochBits(epoch))) }

    /// How these, put in the place of `old`, change them; in lines for everybody, who are not told the stamp.
    func difference(from old: [Table]) -> TableDifference {
        var difference = TableDifference()
        for table in all {
            difference.add(table.difference(from: old.first { $0.family == table.family && $0.name == table.name }))
        }
        for table in old where !all.contains(where: { $0.family == table.family }) {
            difference.removed.append(table.line)
        }
        return difference.hiding(stamp)
    }

    /// How what stands in the kernel differs from these: what was added and removed.
    func drift(to standing: [Table]) -> TableDifference {
        var difference = TableDifference()
        for table in all {
            guard let found = standing.first(where: { $0.family == table.family && $0.name == table.name }) else {
                difference.removed.append(table.line)
                continue
            }
            difference.add(found.difference(from: table))
        }
        for table in standing where !all.contains(where: { $0.family == table.family }) {
            difference.added.append(table.line)
        }
        return difference.hiding(stamp)
    }

    /// The stamp that these tables of ours give, if they do: one that was drawn is kept while they stand.
    static func stamp(of tables: [Table]) -> PacketStamp? {
        for rule in tables.first(where: { $0.family == family })?.chain("stamp")?.rules ?? [] {
            for case .setMark(let change) in rule.statements where change.keep == MarkLayout.others {
                if let stamp = PacketStamp(change.bits) { return stamp }
            }
        }
        return nil
    }

    /// The prefixes that these tables of ours hold networks' translators to be under.
    static func translators(of tables: [Table]) -> [IPPrefix] {
        let set = tables.first { $0.family == family }?.set(announcedTranslators)
        return set?.elements.compactMap { $0.prefix } ?? []
    }

    /// Of the canonical form in nft's language, the stamp hidden: the same for equal tables on every machine.
    package static func digest(of tables: [Table]) -> SHA256Digest {
        var text = Ruleset(tables: tables).canonical.text
        if let stamp = stamp(of: tables) { text = text.hiding(stamp) }
        return SHA256.digest(of: Array(text.utf8).span)
    }
}

extension SetElement {
    /// Of IPv6, where the interval is one prefix.
    fileprivate var prefix: IPPrefix? {
        let hostBits = lower.number ^ upper.number
        guard lower.byteCount == 16, hostBits & (hostBits &+ 1) == 0 else { return nil }
        let address = IPv6Address(high: UInt64(lower.number >> 64), low: lower.integer)
        return IPPrefix(address: .v6(address), length: hostBits.leadingZeroBitCount)
    }
}

extension Table {
    fileprivate var line: String {
        family == EnforcedTables.family
            ? "table \(name), with everything in it" : "table \(family.rawValue) \(name), with everything in it"
    }
}

extension PacketStamp {
    /// One that nobody can know.
    static func draw() -> PacketStamp {
        var random = SecureRandom()
        while true {
            if let stamp = PacketStamp(UInt32(truncatingIfNeeded: random.next()) & MarkLayout.stamp) { return stamp }
        }
    }
}

extension TableDifference {
    fileprivate mutating func add(_ other: TableDifference) {
        added += other.added
        removed += other.removed
        moved += other.moved
    }

    fileprivate func hiding(_ stamp: PacketStamp) -> TableDifference {
        var difference = self
        difference.added = added.map { $0.hiding(stamp) }
        difference.removed = removed.map { $0.hiding(stamp) }
        difference.moved = moved.map { $0.hiding(stamp) }
        return difference
    }
}

extension String {
    /// With asterisks in the place of the stamp's seven digits, wherever they stand.
    func hiding(_ stamp: PacketStamp) -> String {
        let digits = Array(String(stamp.bits, radix: 16).utf8)
        let wanted = Array(repeating: UInt8(ascii: "0"), count: PacketStamp.digitCount - digits.count) + digits
        let text = Array(utf8)
        var hidden: [UInt8] = []
        hidden.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == wanted[0], text[index...].starts(with: wanted) {
                hidden += repeatElement(UInt8(ascii: "*"), count: wanted.count)
                index += wanted.count
            } else {
                hidden.append(text[index])
                index += 1
            }
        }
        return String(decoding: hidden, as: UTF8.self)
    }
}

extension PacketStamp {
    /// Hexadecimal ones.
    fileprivate static let digitCount = 7
}
