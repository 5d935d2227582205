internal import ByteCodec
internal import NetworkTypes

/// All questions that wait for upstreams: found by question, ordered by arrival, bounded.
struct PendingQueryTable: ~Copyable {
    /// What a hundred thousand questions a second make of answers that take 80 ms; 5 MiB when full.
    static let maximumQueries = 8192
    /// Clients that wait for all these answers: four a question, and again 5 MiB.
    static let maximumClients = 32_768
    /// With more questions than these under way, none is asked only to renew an answer.
    static let maximumPrefetchLoad = maximumQueries / 2
    /// A client that more than one in so many wait for is greedy, once there is no room.
    static let greedyFraction = 8
    /// How many of the oldest queries are looked at for one of a greedy client.
    private static let maximumSearch = 64
    private static let bucketCount = 4096

    private var buckets = [UInt32](repeating: Slab<PendingQuery>.none, count: bucketCount)
    /// Also those that are answered and not yet delivered.
    private(set) var queries = Slab<PendingQuery>()
    private var questions: [FoldedQuestion] = []
    private var oldest = Slab<PendingQuery>.none
    private var newest = Slab<PendingQuery>.none
    /// The oldest query whose clients may still have to be given an expired answer.
    private var nextRenewal = Slab<PendingQuery>.none
    /// Queries that are not answered.
    private(set) var count = 0
    private var waiters = Slab<Waiter>()
    private var streamWaiters = 0
    /// How many wait, by the fingerprint of their client.
    private var loads = [UInt16](repeating: 0, count: Client.fingerprints)
    /// Clients of queries that are not answered.
    private var clientCount = 0

    var hasRoomForQuery: Bool { count < PendingQueryTable.maximumQueries }

    var hasRoomForClient: Bool { clientCount < PendingQueryTable.maximumClients }

    /// Whether that client has more waiting than its share of what there is room for.
    func isGreedy(_ client: Client) -> Bool {
        Int(loads[client.fingerprint]) > min(count, clientCount) / PendingQueryTable.greedyFraction
    }

    /// An old query that a greedy client asked.
    var oldGreedyQuery: UInt32? {
        var index = oldest
        for _ in 0..<PendingQueryTable.maximumSearch where index != Slab<PendingQuery>.none {
            let query = queries[index]
            if query.firstWaiter != Slab<Waiter>.none, isGreedy(waiters[query.firstWaiter].client) { return index }
            index = query.later
        }
        return nil
    }

    var oldestQuery: UInt32? { oldest == Slab<PendingQuery>.none ? nil : oldest }

    subscript(index: UInt32) -> PendingQuery {
        _read { yield queries[index] }
        _modify { yield &queries[index] }
    }

    /// The oldest query that renews an answer and was not taken by `takeRenewal`.
    var oldestRenewal: UInt32? { nextRenewal == Slab<PendingQuery>.none ? nil : nextRenewal }

    /// The clients of the oldest renewal have been seen to.
    mutating func takeRenewal() {
        guard nextRenewal != Slab<PendingQuery>.none else { return }
        repeat {
            nextRenewal = queries[nextRenewal].later
        } while nextRenewal != Slab<PendingQuery>.none && !queries[nextRenewal].isRenewal
    }

    /// The next query in order of arrival.
    func query(after index: UInt32) -> UInt32? {
        let later = queries[index].later
        return later == Slab<PendingQuery>.none ? nil : later
    }

    /// The question of a query: name, type and class in lower case.
    func question(_ index: UInt32) -> FoldedQuestion { questions[Int(index)] }

    /// The query with that question.
    func find(_ key: CacheKey, _ question: FoldedQuestion) -> UInt32? {
        var index = buckets[bucket(of: key)]
        while index != Slab<PendingQuery>.none {
            if queries[index].key == key, questions[Int(index)] == question { return index }
            index = queries[index].nextInBucket
        }
        return nil
    }

    mutating func insert(
        _ key: CacheKey, _ question: FoldedQuestion, _ route: ResolverView.Route, isRenewal: Bool, now: MonotonicInstant
    ) -> UInt32 {
        let bucket = bucket(of: key)
        let index = queries.insert(
            PendingQuery(
                key: key, receivedAt: now, nextInBucket: buckets[bucket],
                earlier: newest, later: Slab<PendingQuery>.none, isRenewal: isRenewal))
        queries[index].take(route)
        buckets[bucket] = index
        if newest != Slab<PendingQuery>.none { queries[newest].later = index }
        newest = index
        if oldest == Slab<PendingQuery>.none { oldest = index }
        if isRenewal, nextRenewal == Slab<PendingQuery>.none { nextRenewal = index }
        count += 1
        store(question, at: index)
        return index
    }

    /// The query is answered: it is found no more and has no deadline. Its waiters remain.
    mutating func finish(_ index: UInt32) {
        let query = queries[index]
        unlinkFromBucket(index, query)
        if nextRenewal == index { takeRenewal() }
        unlinkFromOrder(query)
        count -= 1
        clientCount -= query.waiterCount
        queries[index].isAnswered = true
    }

    /// Gives the place of a finished query without waiters back.
    mutating func release(_ index: UInt32) { queries.remove(index) }
}

extension PendingQueryTable {
    mutating func addWaiter(_ waiter: Waiter, to index: UInt32) {
        let place = waiters.insert(waiter)
        if queries[index].lastWaiter == Slab<Waiter>.none {
            queries[index].firstWaiter = place
        } else {
            waiters[queries[index].lastWaiter].next = place
        }
        queries[index].lastWaiter = place
        queries[index].waiterCount += 1
        loads[waiter.client.fingerprint] += 1
        if !queries[index].isAnswered { clientCount += 1 }
        if waiter.client.transport != .datagram { streamWaiters += 1 }
    }

    /// Takes the client that has waited longest.
    mutating func nextWaiter(of index: UInt32) -> Waiter? {
        let place = queries[index].firstWaiter
        guard place != Slab<Waiter>.none else { return nil }
        let waiter = waiters[place]
        queries[index].firstWaiter = waiter.next
        if waiter.next == Slab<Waiter>.none { queries[index].lastWaiter = Slab<Waiter>.none }
        queries[index].waiterCount -= 1
        if !queries[index].isAnswered { clientCount -= 1 }
        waiters.remove(place)
        loads[waiter.client.fingerprint] -= 1
        if waiter.client.transport != .datagram { streamWaiters -= 1 }
        return waiter
    }

    /// Moves all who wait for a query to an answered one of their own, which is the result; the query goes on.
    mutating func detachWaiters(of index: UInt32) -> UInt32 {
        let place = insertAnswered(like: index)
        while let waiter = nextWaiter(of: index) { addWaiter(waiter.alone, to: place) }
        return place
    }

    /// Moves those who asked until that moment to an answered query of their own, which is the result. There are others:
    /// for them the query begins again, as if the first of them had asked it.
    mutating func detachWaiters(of index: UInt32, askedUntil moment: MonotonicInstant) -> UInt32 {
        let place = insertAnswered(like: index)
        while waiters[queries[index].firstWaiter].askedAt <= moment, let waiter = nextWaiter(of: index) {
            addWaiter(waiter.alone, to: place)
        }
        if nextRenewal == index { takeRenewal() }
        unlinkFromOrder(queries[index])
        queries[index].beginAgain(at: waiters[queries[index].firstWaiter].askedAt)
        linkIntoOrder(index)
        return place
    }

    /// Whether anybody who waits for the query asked after that moment.
    func hasWaiter(of index: UInt32, askedAfter moment: MonotonicInstant) -> Bool {
        let last = queries[index].lastWaiter
        return last != Slab<Waiter>.none && waiters[last].askedAt > moment
    }

    /// Whether that client waits already with the same id: its datagram came twice.
    func isWaiting(_ client: Client, id: UInt16, for index: UInt32) -> Bool {
        var place = queries[index].firstWaiter
        while place != Slab<Waiter>.none {
            let waiter = waiters[place]
            if waiter.terms.id == id, waiter.client == client { return true }
            place = waiter.next
        }
        return false
    }

    /// Drops all who wait on that stream, and says how many they were.
    mutating func dropWaiters(stream: UInt64) -> Int {
        guard streamWaiters > 0 else { return 0 }
        var dropped = 0
        for index in 0..<queries.endIndex where queries[index].waiterCount > 0 {
            for _ in 0..<queries[index].waiterCount {
                guard let waiter = nextWaiter(of: index) else { break }
                if waiter.client.transport != .datagram, waiter.client.stream == stream {
                    dropped += 1
                } else {
                    addWaiter(waiter.alone, to: index)
                }
            }
        }
        return dropped
    }
}

extension PendingQueryTable {
    private func bucket(of key: CacheKey) -> Int { Int(key.bucketHash) % PendingQueryTable.bucketCount }

    private mutating func store(_ question: FoldedQuestion, at index: UInt32) {
        if Int(index) < questions.count {
            questions[Int(index)] = question
        } else {
            questions.append(question)
        }
    }

    /// An answered query with the same question, for which nobody waits yet.
    private mutating func insertAnswered(like index: UInt32) -> UInt32 {
        var answered = queries[index]
        answered.isAnswered = true
        answered.answer = nil
        answered.firstAttempt = Slab<Attempt>.none
        answered.firstWaiter = Slab<Waiter>.none
        answered.lastWaiter = Slab<Waiter>.none
        answered.waiterCount = 0
        let place = queries.insert(answered)
        store(questions[Int(index)], at: place)
        return place
    }

    /// Behind all that came before it.
    private mutating func linkIntoOrder(_ index: UInt32) {
        var earlier = newest
        while earlier != Slab<PendingQuery>.none, queries[earlier].receivedAt > queries[index].receivedAt {
            earlier = queries[earlier].earlier
        }
        let later = earlier == Slab<PendingQuery>.none ? oldest : queries[earlier].later
        (queries[index].earlier, queries[index].later) = (earlier, later)
        if earlier == Slab<PendingQuery>.none { oldest = index } else { queries[earlier].later = index }
        if later == Slab<PendingQuery>.none { newest = index } else { queries[later].earlier = index }
    }

    private mutating func unlinkFromOrder(_ query: PendingQuery) {
        if query.later == Slab<PendingQuery>.none {
            newest = query.earlier
        } else {
            queries[query.later].earlier = query.earlier
        }
        if query.earlier == Slab<PendingQuery>.none {
            oldest = query.later
        } else {
            queries[query.earlier].later = query.later
        }
    }

    private mutating func unlinkFromBucket(_ index: UInt32, _ query: PendingQuery) {
        let bucket = bucket(of: query.key)
        guard buckets[bucket] != index else {
            buckets[bucket] = query.nextInBucket
            return
        }
        var previous = buckets[bucket]
        while queries[previous].nextInBucket != index { previous = queries[previous].nextInBucket }
        queries[previous].nextInBucket = query.nextInBucket
    }
}
