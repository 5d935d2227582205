// Which answers stay: S3-FIFO (Yang et al., SOSP 2023) over two rings of places. New answers are on probation in the
// first ring, a twentieth of the places; who was asked for twice before the ring has gone round moves to the main
// ring, the others go. Who comes again soon after it went was judged too early: its ghost sends it to the main ring
// at once. There a hand goes round, takes a use from each answer that has some, and evicts the first that has none.
//
// A flood of names that nobody asks for twice passes through the probation ring and touches nothing else. Why this
// one: docs/decisions/0008-which-answers-stay.md.

extension AnswerCache {
    /// One of so many places is for probation: less, and answers go before anybody can ask again; more, and those
    /// that nobody will ask for take the room.
    static let probationShare = 20
    /// The hand of the main ring looks at so many places at most, so that no insertion has to wait for it. Longer
    /// runs of answers that were all used are rare, and whom it takes then is as good as another.
    static let maximumSteps = 64

    static func probationCapacity(of capacity: Int) -> Int { min(capacity, max(1, capacity / probationShare)) }

    private var probationCapacity: Int { AnswerCache.probationCapacity(of: capacity) }

    /// Adds an entry for a question that has none, and makes room for it.
    mutating func add(_ entry: CacheEntry, _ bytes: Span<UInt8>) {
        while !arena.hasRoom(for: bytes.count) { evictForBytes() }
        let returns = entries.count >= probationCapacity && index.takeGhost(of: entry.hash)
        let place = returns ? takeMainPlace() ?? takeProbationPlace() : takeProbationPlace()
        var entry = entry
        entry.run = arena.store(bytes)
        put(entry, at: place)
        index.insert(place, into: &entries)
        count += 1
        index.grow(to: count, &entries)
    }

    /// A place that nothing stands in, for a newcomer.
    private mutating func takeProbationPlace() -> UInt32 {
        guard entries.count >= probationCapacity else { return UInt32(entries.count) }
        let place = UInt32(probationHand)
        advanceProbationHand()
        if entries[Int(place)].run != .none { endProbation(of: place) }
        return place
    }

    /// While the main ring is not full, nobody has to go.
    private mutating func endProbation(of place: UInt32) {
        let stays = isCurrent(place) && (entries.count < capacity || isPopular(place))
        guard stays, let target = takeMainPlace() else { return judgeUnwanted(place) }
        index.move(place, to: target, in: &entries)
        put(entries[Int(place)], at: target)
    }

    /// A place of the main ring that nothing stands in; nil when the cache is too small to have one.
    private mutating func takeMainPlace() -> UInt32? {
        guard entries.count >= capacity else { return UInt32(entries.count) }
        guard probationCapacity < capacity else { return nil }
        let place = nextMainVictim()
        if entries[Int(place)].run != .none { evict(place) }
        return place
    }

    /// Gives bytes back, by an answer on probation or else by one of the main ring. Perhaps it meets a vacant place
    /// in both; the next call looks further.
    private mutating func evictForBytes() {
        let place = UInt32(probationHand)
        advanceProbationHand()
        let isVacant = entries[Int(place)].run == .none
        if !isVacant, !isPopular(place) { return judgeUnwanted(place) }
        if entries.count > probationCapacity {
            let victim = nextMainVictim()
            if entries[Int(victim)].run != .none { return evict(victim) }
        }
        if !isVacant { evict(place) }
    }

    /// Moves the main ring's hand to where nothing stands or whom nobody has asked for, and past it.
    private mutating func nextMainVictim() -> UInt32 {
        var steps = 0
        while steps < AnswerCache.maximumSteps, entries[mainHand].uses > 0, isCurrent(UInt32(mainHand)) {
            entries[mainHand].uses -= 1
            advanceMainHand()
            steps += 1
        }
        defer { advanceMainHand() }
        return UInt32(mainHand)
    }

    private mutating func advanceProbationHand() {
        probationHand = probationHand + 1 < min(probationCapacity, entries.count) ? probationHand + 1 : 0
    }

    private mutating func advanceMainHand() {
        mainHand = mainHand + 1 < entries.count ? mainHand + 1 : probationCapacity
    }

    private func isPopular(_ place: UInt32) -> Bool { entries[Int(place)].uses >= CacheEntry.popularUses }

    /// What earlier generations were asked for counts no more.
    private func isCurrent(_ place: UInt32) -> Bool { entries[Int(place)].generation == generation }

    /// Perhaps too early: a ghost stays.
    private mutating func judgeUnwanted(_ place: UInt32) {
        if isCurrent(place) { index.leaveGhost(of: entries[Int(place)].hash) }
        evict(place)
    }

    private mutating func put(_ entry: CacheEntry, at place: UInt32) {
        if Int(place) == entries.count { entries.append(entry) } else { entries[Int(place)] = entry }
    }

    /// What belongs to an earlier generation goes uncounted.
    private mutating func evict(_ place: UInt32) {
        if isCurrent(place) { evictions += 1 }
        remove(place)
    }
}
