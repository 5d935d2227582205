internal import ByteCodec
internal import DNSWire

/// Queries that came together, judged and not yet answered: the resolver looks for the answers to all of them at once.
package struct AdmittedQueries: ~Copyable {
    struct Query {
        let admission: QueryAdmission
        /// What it is looked for by; meaningless where nothing is.
        let key: CacheKey
    }

    private(set) var queries: [Query] = []
    /// Of the keys, in the same order.
    var hashes: [UInt32] = []
    var places: [UInt32]

    /// Room for `capacity` of them.
    package init(capacity: Int) {
        queries.reserveCapacity(capacity)
        hashes.reserveCapacity(capacity)
        places = Array(repeating: 0, count: capacity)
    }

    package var count: Int { queries.count }

    package mutating func removeAll() {
        queries.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
    }

    mutating func append(_ query: Query) {
        precondition(queries.count < places.count, "there is no room for another query")
        queries.append(query)
        hashes.append(query.key.bucketHash)
    }
}

extension Resolver {
    /// Judges a query that goes to `view`.
    package func admit(_ query: Span<UInt8>, view: UInt16 = 0, into admitted: inout AdmittedQueries) {
        admitted.append(admit(query, view: view))
    }

    /// Gets what answers are made of near, before the first of them is made.
    package func anticipate(_ admitted: inout AdmittedQueries) {
        cache.anticipate(admitted.hashes, &admitted.places)
    }

    func admit(_ query: Span<UInt8>, view: UInt16) -> AdmittedQueries.Query {
        let admission = QueryAdmission(query)
        guard case .accepted(let accepted) = admission else {
            return AdmittedQueries.Query(admission: admission, key: CacheKey.none)
        }
        let key = CacheKey(
            nameHash: accepted.nameHash(in: query, hashKey), type: accepted.type, view: view,
            generation: cache.generation, traits: QuestionTraits(accepted))
        return AdmittedQueries.Query(admission: admission, key: key)
    }
}
