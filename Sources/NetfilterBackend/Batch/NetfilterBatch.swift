internal import CNetfilter
package import Ruleset

/// One transaction: all of it takes effect, or nothing. Built in memory without a socket, so that it can be looked
/// at, tested and sent as a dry run.
package struct NetfilterBatch: Sendable {
    private(set) var messages = NetlinkMessages()
    /// What the message with the sequence number `firstSequence + index` was for.
    private(set) var parts: [BatchPart] = []
    private var lastMessageStart = 0
    private var nextSetIdentifier: UInt32 = 1
    private var library = LibraryMessageWriter()

    /// Sequence numbers start here in every batch; 0 would read as an event.
    static let firstSequence: UInt32 = 1

    package init() {}

    /// Puts `table` in the place of whatever stands under its name: created (or adopted), deleted, created anew.
    /// `flags` are those of the table that stands there; the kernel refuses to create it with others. `packed` has
    /// more elements, by the names of the sets: large lists travel beside the table. Who gives them away for good has
    /// none of them twice in memory.
    package mutating func replace(
        _ table: Table, standingFlags flags: TableFlags? = nil, packed: consuming [String: PackedElements] = [:]
    ) {
        var standing = table
        standing.flags = flags ?? table.flags
        add(table: standing, isCreated: true)
        delete(standing)
        add(table: table, isCreated: true)
        for set in table.sets {
            let identifier = add(set, to: table)
            if let elements = packed.removeValue(forKey: set.name) { add(elements, to: set, identifier, of: table) }
        }
        // Chains first, rules after: a rule may jump to any of them.
        for chain in table.chains { add(chain, to: table) }
        for chain in table.chains { add(rulesOf: chain, to: table) }
    }

    /// Turns the table that stands in the kernel into `table` by changing what differs, where there is a way: then the
    /// rest is neither sent nor touched. False, and nothing added, where there is none. Rules are found by the
    /// kernel's numbers of them: that `standing` still holds is for the generation to say.
    package mutating func change(_ standing: StandingTable, to table: Table) -> Bool {
        guard let patch = TablePatch(from: standing.table, to: table) else { return false }
        for set in patch.addedSets { _ = add(set, to: table) }
        for change in patch.changedSets { apply(change, of: table) }
        for chain in patch.addedChains { add(chain, to: table) }
        for change in patch.changedChains { apply(change, standing.handles(ofChain: change.name), of: table) }
        for chain in patch.addedChains { add(rulesOf: chain, to: table) }
        // What is no longer needed goes last: until then rules may speak of it.
        for chain in patch.removedChains { delete(rulesOf: chain, of: table) }
        for chain in patch.removedChains { delete(Chain(chain), of: table) }
        for set in patch.removedSets { deleteSet(set, of: table) }
        return true
    }

    /// Takes over a table that outlived its owner: with the owner flag, this connection becomes it.
    package mutating func adopt(_ table: Table) { add(table: table, isCreated: true) }

    /// Adds an element that goes by itself. The set may be one of a table that this batch replaces.
    package mutating func add(
        _ element: SetElement, to set: NamedSet, of table: Table, milliseconds: UInt64
    ) {
        var writer = ElementWriter(
            table: table, setName: set.name, identifier: nil, key: set.key, hasIntervals: false,
            timeoutMilliseconds: milliseconds)
        writer.prepare([element], [])
        let sequence = note(.set(set.name))
        writer.writeMessage(into: &messages, sequence: sequence)
        acknowledgeLast()
    }

    /// Takes every element out of a set.
    package mutating func empty(_ set: NamedSet, of table: Table) {
        let sequence = note(.set(set.name))
        messages.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_DELSETELEM.rawValue),
            flags: UInt16(NLM_F_REQUEST), sequence: sequence, family: table.family.number)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), text: table.name)
        messages.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), text: set.name)
        messages.end()
        acknowledgeLast()
    }

    /// Deletes the table, if there is one.
    package mutating func remove(_ table: Table) {
        add(table: table, isCreated: true)
        delete(table)
    }

    /// What is sent: the messages between a begin that names `generation` and, unless it is a dry run, an end. The
    /// last one asks for an acknowledgement. In pieces, because the middle one may be large.
    func pieces(generation: UInt32?, isDryRun: Bool) -> [[UInt8]] {
        var begin = NetlinkMessages()
        let netfilter = UInt16(NFNL_SUBSYS_NFTABLES)
        begin.begin(
            type: UInt16(NFNL_MSG_BATCH_BEGIN), flags: UInt16(NLM_F_REQUEST), sequence: 0, family: UInt8(AF_UNSPEC),
            resource: netfilter)
        if let generation { begin.attribute(Int(NFNL_BATCH_GENID.rawValue), bigEndian: generation) }
        begin.end()
        guard !isDryRun else { return [begin.bytes, messages.bytes] }
        var end = NetlinkMessages()
        end.begin(
            type: UInt16(NFNL_MSG_BATCH_END), flags: UInt16(NLM_F_REQUEST), sequence: lastSequence + 1,
            family: UInt8(AF_UNSPEC), resource: netfilter)
        end.end()
        return [begin.bytes, messages.bytes, end.bytes]
    }

    var lastSequence: UInt32 { NetfilterBatch.firstSequence + UInt32(parts.count) - 1 }

    func part(sequence: UInt32) -> BatchPart {
        let index = Int(sequence) - Int(NetfilterBatch.firstSequence)
        return parts.indices.contains(index) ? parts[index] : .batch
    }
}

// Messages, each noted with what it is for.
extension NetfilterBatch {
    /// Called before the message is written; the one before is then no longer the last.
    private mutating func note(_ part: BatchPart) -> UInt32 {
        if !parts.isEmpty { messages.toggleFlags(UInt16(NLM_F_ACK), at: lastMessageStart) }
        lastMessageStart = messages.bytes.count
        parts.append(part)
        return lastSequence
    }

    /// Called when the message is written: the last one asks for an acknowledgement.
    private mutating func acknowledgeLast() { messages.toggleFlags(UInt16(NLM_F_ACK), at: lastMessageStart) }

    private mutating func append(
        _ part: BatchPart, _ type: Int, flags: Int, _ family: TableFamily,
        _ payload: (UnsafeMutablePointer<nlmsghdr>) -> Void
    ) {
        let sequence = note(part)
        unsafe library.write(
            type: UInt16(type), flags: UInt16(flags), family: family.number, sequence: sequence, into: &messages,
            payload)
        acknowledgeLast()
    }

    private mutating func add(table: Table, isCreated: Bool) {
        let object = TableObject(table)
        unsafe append(.table(table.name), Int(NFT_MSG_NEWTABLE.rawValue), flags: Int(NLM_F_CREATE), table.family) {
            unsafe nftnl_table_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func delete(_ table: Table) {
        let object = TableObject(table)
        unsafe append(.table(table.name), Int(NFT_MSG_DELTABLE.rawValue), flags: 0, table.family) {
            unsafe nftnl_table_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func add(_ chain: Chain, to table: Table) {
        let object = ChainObject(chain, of: table)
        unsafe append(.chain(chain.name), Int(NFT_MSG_NEWCHAIN.rawValue), flags: Int(NLM_F_CREATE), table.family) {
            unsafe nftnl_chain_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func add(
        _ elements: consuming PackedElements, to set: NamedSet, _ identifier: UInt32, of table: Table
    ) {
        var writer = PackedElementWriter(table: table, set: set, identifier: identifier, elements: elements)
        messages.reserve(writer.totalByteCount)
        while !writer.isFinished {
            let sequence = note(.set(set.name))
            writer.writeMessage(into: &messages, sequence: sequence)
            acknowledgeLast()
        }
    }

    /// Answers the number by which this batch knows the set.
    private mutating func add(_ set: NamedSet, to table: Table) -> UInt32 {
        let identifier = takeSetIdentifier()
        let object = SetObject(set, of: table, identifier: identifier)
        unsafe append(.set(set.name), Int(NFT_MSG_NEWSET.rawValue), flags: Int(NLM_F_CREATE), table.family) {
            unsafe nftnl_set_nlmsg_build_payload($0, object.pointer)
        }
        let writer = ElementWriter(
            table: table, setName: set.name, identifier: identifier, key: set.key,
            hasIntervals: set.flags.contains(.interval))
        add(writer, set.elements, [], part: .set(set.name))
        return identifier
    }

    private mutating func add(_ set: AnonymousSet, to table: Table, part: BatchPart) {
        let object = SetObject(set, of: table)
        unsafe append(part, Int(NFT_MSG_NEWSET.rawValue), flags: Int(NLM_F_CREATE), table.family) {
            unsafe nftnl_set_nlmsg_build_payload($0, object.pointer)
        }
        let writer = ElementWriter(
            table: table, setName: set.name, identifier: set.identifier, key: set.key, hasIntervals: set.hasIntervals)
        add(writer, set.elements, set.verdicts, part: part)
    }

    private mutating func add(
        _ writer: ElementWriter, _ elements: [SetElement], _ verdicts: [Verdict], part: BatchPart
    ) {
        var writer = writer
        writer.prepare(elements, verdicts)
        while !writer.isFinished {
            let sequence = note(part)
            writer.writeMessage(into: &messages, sequence: sequence)
            acknowledgeLast()
        }
    }

    private mutating func add(rulesOf chain: Chain, to table: Table) {
        for (index, rule) in chain.rules.enumerated() {
            add(rule, .last, .rule(chain: chain.name, index: index), chain: chain.name, of: table)
        }
    }

    private mutating func add(_ rule: ChainRule, _ place: RulePlace, _ part: BatchPart, chain: String, of table: Table)
    {
        var encoder = StatementEncoder(firstIdentifier: nextSetIdentifier)
        for statement in rule.statements { encoder.encode(statement) }
        nextSetIdentifier = encoder.nextIdentifier
        for set in encoder.anonymousSets { add(set, to: table, part: part) }
        let object = RuleObject(rule, encoder.expressions, place, chain: chain, of: table)
        unsafe append(part, Int(NFT_MSG_NEWRULE.rawValue), flags: place.flags, table.family) {
            unsafe nftnl_rule_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func takeSetIdentifier() -> UInt32 {
        defer { nextSetIdentifier += 1 }
        return nextSetIdentifier
    }
}

// Changes of what stands.
extension NetfilterBatch {
    private mutating func apply(_ patch: SetPatch, of table: Table) {
        guard let set = table.set(patch.name) else { preconditionFailure("a patch leads to its table") }
        for (isRemoval, elements) in [(true, patch.removed), (false, patch.added)] {
            let writer = ElementWriter(
                table: table, setName: set.name, identifier: nil, key: set.key, hasIntervals: false,
                isRemoval: isRemoval)
            add(writer, elements, [], part: .set(set.name))
        }
    }

    private mutating func apply(_ patch: ChainPatch, _ handles: [UInt64], of table: Table) {
        for splice in patch.splices {
            let old = handles[splice.start..<splice.start + splice.oldCount]
            let isWhole = !old.isEmpty && old.count == handles.count
            let exchanged = isWhole ? 0 : min(old.count, splice.rules.count)
            if isWhole {
                delete(rulesOf: patch.name, of: table)
            } else {
                for handle in old.dropFirst(exchanged) { delete(rulesOf: patch.name, handle: handle, of: table) }
            }
            let end = splice.start + splice.oldCount
            let behind = end < handles.count ? RulePlace.before(handles[end]) : .last
            for (offset, rule) in splice.rules.enumerated() {
                let place = offset < exchanged ? .instead(handles[splice.start + offset]) : behind
                let part = BatchPart.rule(chain: patch.name, index: splice.start + offset)
                add(rule, place, part, chain: patch.name, of: table)
            }
        }
    }

    /// All rules of the chain, or the one with that handle.
    private mutating func delete(rulesOf chain: String, handle: UInt64? = nil, of table: Table) {
        let object = RuleObject(handle: handle, chain: chain, of: table)
        unsafe append(.chain(chain), Int(NFT_MSG_DELRULE.rawValue), flags: 0, table.family) {
            unsafe nftnl_rule_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func delete(_ chain: Chain, of table: Table) {
        let object = ChainObject(chain, of: table)
        unsafe append(.chain(chain.name), Int(NFT_MSG_DELCHAIN.rawValue), flags: 0, table.family) {
            unsafe nftnl_chain_nlmsg_build_payload($0, object.pointer)
        }
    }

    private mutating func deleteSet(_ name: String, of table: Table) {
        let sequence = note(.set(name))
        messages.begin(
            type: UInt16(NFNL_SUBSYS_NFTABLES) << 8 | UInt16(NFT_MSG_DELSET.rawValue), flags: UInt16(NLM_F_REQUEST),
            sequence: sequence, family: table.family.number)
        messages.attribute(Int(NFTA_SET_TABLE.rawValue), text: table.name)
        messages.attribute(Int(NFTA_SET_NAME.rawValue), text: name)
        messages.end()
        acknowledgeLast()
    }
}
