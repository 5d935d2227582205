internal import NetfilterBackend
internal import Ruleset

/// Holds our tables in the kernel: puts them there, looks whether it is there, hears who meddles.
struct Enforcer: ~Copyable {
    /// Another program may commit between our look and our commit; that many in a row are no accident.
    private static let maximumAttempts = 32

    let connection: NetfilterConnection
    let monitor: NetfilterMonitor
    /// What this kernel can do.
    let features: Set<KernelFeature>
    let ownership: TableOwnership
    /// The generation at which the kernel was last seen to hold what it should.
    private(set) var seenGeneration: UInt32 = 0
    /// The tables that the kernel held then; none where that is not known.
    private var seenTables: [StandingTable] = []

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

    /// The tables that are not ours, of the generation at which they were read.
    private var foreign: (generation: UInt32, tables: [ForeignTable])?

    /// Those of other programs; read again once anybody has committed anything.
    mutating func foreignTables() throws(PolicyFailure) -> [ForeignTable] {
        do {
            let generation = try connection.generation().identifier
            if let foreign, foreign.generation == generation { return foreign.tables }
            let tables = try connection.readForeignTables(besides: EnforcedTables.identities)
            foreign = (generation, tables)
            return tables
        } catch {
            throw PolicyFailure(error)
        }
    }

    /// The tables of our name, whoever made them.
    func standingTables() throws(PolicyFailure) -> [Table] {
        do { return try connection.readStandingTables(EnforcedTables.identities).map(\.table) } catch {
            throw PolicyFailure(error)
        }
    }

    /// Puts `tables` in the place of what stands there, in one batch, and reads them back. Where what stands there is
    /// known to the rule, only what differs is changed; else, and where the kernel refuses that, they are put anew whole.
    /// `staleEpoch` goes into the set of epochs whose inbound packets still pass.
    /// `keepsPortal`: it is the same policy, and what is open for a while stays so for no longer; else it is closed.
    /// `stopwatch` tells what took how long.
    mutating func commit(
        _ tables: EnforcedTables, staleEpoch: UInt16?, keepsPortal: Bool, _ stopwatch: inout ApplyStopwatch
    ) throws(PolicyFailure) {
        try attempt(tables, staleEpoch: staleEpoch, keepsPortal: keepsPortal)
        stopwatch.finish(.commit)
        let difference = try inspect(tables)
        stopwatch.finish(.compare)
        guard difference.isEmpty else { throw .readBackDiffers(difference.lines) }
    }

    /// Becomes the owner of tables that are as wanted already; false when they are not.
    mutating func adopt(_ tables: EnforcedTables) throws(PolicyFailure) -> Bool {
        let standing = try standingTables()
        guard tables.drift(to: standing).isEmpty else { return false }
        let foreign = tables.all.filter { table in
            standing.first { $0.family == table.family }?.flags != table.flags
        }
        if !foreign.isEmpty {
            var batch = NetfilterBatch()
            for table in foreign { batch.adopt(table) }
            do {
                try connection.commit(batch)
            } catch .refused {
                // A table without the flag cannot be given it: it is put anew.
                return false
            } catch {
                throw PolicyFailure(error)
            }
        }
        return try inspect(tables).isEmpty
    }

    /// Has the kernel check `tables` against its present state; nothing changes.
    func tryOut(_ tables: EnforcedTables) throws(PolicyFailure) {
        do {
            var batch = NetfilterBatch()
            try replace(tables, in: &batch)
            try connection.check(batch)
        } catch {
            throw PolicyFailure(error, tables: tables.all)
        }
    }

    /// How the kernel's tables differ from `tables`: what was added to them and removed from them.
    mutating func inspect(_ tables: EnforcedTables) throws(PolicyFailure) -> TableDifference {
        do {
            let generation = try connection.generation().identifier
            seenTables = []
            let standing = try connection.readStandingTables(EnforcedTables.identities)
            let difference = tables.drift(to: standing.map(\.table))
            if difference.isEmpty {
                seenGeneration = generation
                seenTables = tables.all.compactMap { table in
                    standing.first { $0.table.family == table.family }?.spelled(as: table)
                }
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

    /// Commits with the generation as lock, again while others are faster. The monitor is away meanwhile: it would
    /// make the commit slow. What others did in that time shows when the tables are read back.
    private mutating func attempt(
        _ tables: EnforcedTables, staleEpoch: UInt16?, keepsPortal: Bool
    ) throws(PolicyFailure) {
        do throws(NetfilterFailure) {
            try monitor.leave()
            defer { try? monitor.join() }
            for _ in 0..<Enforcer.maximumAttempts {
                let generation = try connection.generation().identifier
                if generation != seenGeneration { seenTables = [] }
                let isChange = !seenTables.isEmpty
                do {
                    return try connection.commit(
                        try batch(for: tables, staleEpoch, keepsPortal: keepsPortal), expecting: generation)
                } catch .stale {
                    continue
                } catch .refused where isChange {
                    seenTables = []
                } catch .interrupted {
                    // The acknowledgement was lost; reading back tells.
                    return
                }
            }
            throw NetfilterFailure.stale
        } catch {
            throw PolicyFailure(error, tables: tables.all)
        }
    }

    /// What leads from the kernel's tables to `tables`.
    private func batch(
        for tables: EnforcedTables, _ staleEpoch: UInt16?, keepsPortal: Bool
    ) throws(NetfilterFailure) -> NetfilterBatch {
        var batch = NetfilterBatch()
        if !change(to: tables, in: &batch) {
            batch = NetfilterBatch()
            let elements = keepsPortal ? try portalElements(in: tables.main) : []
            try replace(tables, in: &batch)
            for (set, element, milliseconds) in elements {
                batch.add(element, to: set, of: tables.main, milliseconds: milliseconds)
            }
        } else if !keepsPortal, let seen = seenTables.first(where: { $0.table.family == EnforcedTables.family }) {
            // Sets that have just been made are empty.
            for set in PortalSets.of(tables.main) where seen.table.set(set.name) != nil {
                batch.empty(set, of: tables.main)
            }
        }
        if let staleEpoch, let set = tables.main.set(EnforcedTables.staleEpochs) {
            batch.add(
                EnforcedTables.staleElement(staleEpoch), to: set, of: tables.main,
                milliseconds: EnforcedTables.staleMilliseconds)
        }
        return batch
    }

    /// False where there is no way but to put them anew.
    private func change(to tables: EnforcedTables, in batch: inout NetfilterBatch) -> Bool {
        guard seenTables.count == tables.all.count else { return false }
        return tables.all.allSatisfy { table in
            seenTables.first { $0.table.family == table.family }.map { batch.change($0, to: table) } ?? false
        }
    }

    /// All of them anew; one of ours that is not wanted any more goes.
    private func replace(_ tables: EnforcedTables, in batch: inout NetfilterBatch) throws(NetfilterFailure) {
        let standing = try connection.tables().filter { table in
            EnforcedTables.identities.contains { $0 == (table.family, table.name) }
        }
        for table in tables.all {
            batch.replace(table, standingFlags: standing.first { $0.family == table.family }?.flags)
        }
        for table in standing where !tables.all.contains(where: { $0.family == table.family }) { batch.remove(table) }
    }
}

extension PolicyFailure {
    /// A failure of something that is not about a table of ours.
    init(_ failure: NetfilterFailure) { self.init(failure, tables: []) }
}
