internal import NetfilterBackend
internal import Ruleset

/// Holds one table in the kernel: puts it there, looks whether it is there, hears who meddles.
struct Enforcer: ~Copyable {
    /// Another program may commit between our look and our commit; that many in a row are no accident.
    private static let maximumAttempts = 32

    private let connection: NetfilterConnection
    private let monitor: NetfilterMonitor
    /// What this kernel can do.
    let features: Set<KernelFeature>
    let ownership: TableOwnership
    /// The generation at which the kernel was last seen to hold what it should.
    private(set) var seenGeneration: UInt32 = 0
    /// The table that the kernel held then.
    private var seenTable: StandingTable?

    /// `wantsOwnership`: keep others from the table where the kernel can. `hidden`: features to do without.
    init(wantsOwnership: Bool, hiding hidden: Set<KernelFeature>) throws(PolicyFailure) {
        let connection = try Enforcer.opened { () throws(NetfilterFailure) in try NetfilterConnection() }
        let monitor = try Enforcer.opened { () throws(NetfilterFailure) in
            let monitor = try NetfilterMonitor()
            try monitor.join()
            return monitor
        }
        // Tells, too, whether we have the right to change anything.
        let features: Set<KernelFeature>
        do { features = try connection.features(hiding: hidden) } catch { throw PolicyFailure(error) }
        self.features = features
        ownership = wantsOwnership && features.contains(.owner) ? .ownedAndPersistent : .none
        self.connection = connection
        self.monitor = monitor
    }

    /// Readable when somebody has changed the ruleset.
    var descriptor: Int32 { monitor.descriptor }

    /// The table of our name, whoever made it.
    func standingTable() throws(PolicyFailure) -> Table? {
        do { return try connection.readTable(EnforcedTable.family, EnforcedTable.name) } catch {
            throw PolicyFailure(error)
        }
    }

    /// Puts `table` in the place of what stands there, in one batch, and reads it back. Where what stands there is known
    /// to the rule, only what differs is changed; else, and where the kernel refuses that, the whole table is put anew.
    /// `staleEpoch` goes into the
    /// set of epochs whose inbound packets still pass. `stopwatch` tells what took how long.
    mutating func commit(
        _ table: Table, staleEpoch: UInt16?, _ stopwatch: inout ApplyStopwatch
    ) throws(PolicyFailure) {
        try attempt(table, staleEpoch: staleEpoch)
        stopwatch.finish(.commit)
        let difference = try inspect(table)
        stopwatch.finish(.compare)
        guard difference.isEmpty else { throw .readBackDiffers(difference.lines) }
    }

    /// Becomes the owner of a table that is as wanted already; false when it is not.
    mutating func adopt(_ table: Table) throws(PolicyFailure) -> Bool {
        guard let standing = try standingTable(), table.difference(from: standing).isEmpty else { return false }
        if standing.flags != table.flags {
            var batch = NetfilterBatch()
            batch.adopt(table)
            do {
                try connection.commit(batch)
            } catch .refused {
                // A table without the flag cannot be given it: it is put anew.
                return false
            } catch {
                throw PolicyFailure(error)
            }
        }
        return try inspect(table).isEmpty
    }

    /// Has the kernel check `table` against its present state; nothing changes.
    func tryOut(_ table: Table) throws(PolicyFailure) {
        do {
            var batch = NetfilterBatch()
            batch.replace(table, standingFlags: try standingFlags())
            try connection.check(batch)
        } catch {
            throw PolicyFailure(error, table: table)
        }
    }

    /// How the kernel's table differs from `table`: what was added to it and removed from it.
    mutating func inspect(_ table: Table) throws(PolicyFailure) -> TableDifference {
        do {
            let generation = try connection.generation().identifier
            seenTable = nil
            guard let standing = try connection.readStandingTable(EnforcedTable.family, EnforcedTable.name) else {
                return TableDifference(removed: ["table \(EnforcedTable.name), with everything in it"])
            }
            let difference = standing.table.difference(from: table)
            if difference.isEmpty {
                seenGeneration = generation
                seenTable = standing.spelled(as: table)
            }
            return difference
        } catch {
            throw PolicyFailure(error)
        }
    }

    /// Who has committed since the last time, us not counted; nil when events were lost.
    func takeCommits() throws(PolicyFailure) -> [Generation]? {
        do {
            var commits: [Generation] = []
            var isComplete = true
            for event in try monitor.takeEvents() {
                switch event {
                case .committed(let generation): commits.append(generation)
                case .overrun: isComplete = false
                }
            }
            return isComplete ? commits : nil
        } catch {
            throw PolicyFailure(error)
        }
    }

    /// Whether anybody has changed anything since the table was last seen whole.
    func hasMoved() throws(PolicyFailure) -> Bool {
        do { return try connection.generation().identifier != seenGeneration } catch { throw PolicyFailure(error) }
    }

    /// Makes the next packet of UDP flows of `epoch` be judged as a new flow's; 0 is for flows older than any table.
    func forgetDatagramFlows(epoch: UInt16) -> Bool {
        let bits = MarkLayout.epochBits(epoch)
        return (try? connection.deleteDatagramFlows(mark: bits, mask: MarkLayout.epoch)) ?? false
    }

    private static func opened<Value: ~Copyable>(
        _ open: () throws(NetfilterFailure) -> Value
    ) throws(PolicyFailure) -> Value {
        do { return try open() } catch { throw PolicyFailure(error) }
    }

    private func standingFlags() throws(NetfilterFailure) -> TableFlags? {
        try connection.flags(of: EnforcedTable.family, EnforcedTable.name)
    }

    /// Commits with the generation as lock, again while others are faster. The monitor is away meanwhile: it would
    /// make the commit slow. What others did in that time shows when the table is read back.
    private mutating func attempt(_ table: Table, staleEpoch: UInt16?) throws(PolicyFailure) {
        do throws(NetfilterFailure) {
            try monitor.leave()
            defer { try? monitor.join() }
            for _ in 0..<Enforcer.maximumAttempts {
                let generation = try connection.generation().identifier
                if generation != seenGeneration { seenTable = nil }
                let isChange = seenTable != nil
                do {
                    return try connection.commit(try batch(for: table, staleEpoch), expecting: generation)
                } catch .stale {
                    continue
                } catch .refused where isChange {
                    seenTable = nil
                } catch .interrupted {
                    // The acknowledgement was lost; reading back tells.
                    return
                }
            }
            throw NetfilterFailure.stale
        } catch {
            throw PolicyFailure(error, table: table)
        }
    }

    /// What leads from the kernel's table to `table`.
    private func batch(for table: Table, _ staleEpoch: UInt16?) throws(NetfilterFailure) -> NetfilterBatch {
        var batch = NetfilterBatch()
        let isChanged = seenTable.map { batch.change($0, to: table) } ?? false
        if !isChanged {
            batch.replace(table, standingFlags: try standingFlags())
        }
        if let staleEpoch, let set = table.set(EnforcedTable.staleEpochs) {
            batch.add(
                EnforcedTable.staleElement(staleEpoch), to: set, of: table,
                milliseconds: EnforcedTable.staleMilliseconds)
        }
        return batch
    }
}

extension PolicyFailure {
    /// A failure of something that is not about a table of ours.
    init(_ failure: NetfilterFailure) { self.init(failure, table: Table(EnforcedTable.family, EnforcedTable.name)) }
}
