/// What a packet is marked with that the main table has let out by a device whose wire is checked: a number that
/// nobody else knows, in all bits of the packet mark that are ours. Others' bits stay what they are.
package struct PacketStamp: Hashable, Sendable {
    /// Within ``MarkLayout/stamp``.
    package let bits: UInt32

    /// What stands for it where it is left open. No mark of ours has all these bits.
    package static let symbolic = PacketStamp(bits: MarkLayout.stamp)

    /// Nil for a number that is more than a stamp's bits, that stands for an open one, or that a table may write for
    /// another reason: in the packet mark the bits of the epoch are zero.
    package init?(_ number: UInt32) {
        guard number & ~MarkLayout.stamp == 0, number != MarkLayout.stamp, number & MarkLayout.epoch != 0 else {
            return nil
        }
        bits = number
    }

    private init(bits: UInt32) { self.bits = bits }
}

extension ChainRule {
    /// With `stamp` where one was left open.
    func stamped(_ stamp: PacketStamp) -> ChainRule {
        ChainRule(statements.map { $0.stamped(stamp.bits) }, comment: comment)
    }

    /// With others' bits alone where a stamp was left open to be written.
    var takingStampsOff: ChainRule {
        ChainRule(
            statements.map { statement in
                if case .setMark(let change) = statement, change.isStamp { statement.stamped(0) } else { statement }
            }, comment: comment)
    }

    var hasOpenStamp: Bool { statements.contains { $0.isOpen } }
}

extension Statement {
    /// Whether a stamp is to be filled in here.
    fileprivate var isOpen: Bool {
        switch self {
        case .setMark(let change): change.isStamp
        case .match(let match): match.isOfStamp
        default: false
        }
    }

    fileprivate func stamped(_ bits: UInt32) -> Statement {
        switch self {
        case .setMark(var change) where change.isStamp:
            change.bits = bits
            return .setMark(change)
        case .match(var match) where match.isOfStamp:
            match.operation = .equal(FieldValue(bits))
            return .match(match)
        default: return self
        }
    }
}

extension MarkChange {
    fileprivate var isStamp: Bool { destination == .packet && bits == PacketStamp.symbolic.bits }
}

extension Match {
    fileprivate var isOfStamp: Bool {
        guard case .equal(let value) = operation, value == FieldValue(PacketStamp.symbolic.bits) else { return false }
        return mask == FieldValue(MarkLayout.stamp) && isOf(.meta(.mark))
    }
}

extension Statement {
    /// Writes the stamp that is filled in later.
    package static let stamp: Statement = .setMark(
        MarkChange(.packet, from: .packet, keep: MarkLayout.others, bits: PacketStamp.symbolic.bits))

    /// Holds for what has that stamp.
    package static let isStamped: Statement = .mark(MarkLayout.stamp, is: PacketStamp.symbolic.bits)
}
