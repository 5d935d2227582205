internal import ByteCodec
internal import DNSWire

/// The records of an upstream's answer that a client gets: those of the chain, and the SOA record of a negative
/// answer; with DO also what proves them. The rest is dropped: nothing is ever believed that was not asked for.
struct RecordSelection: ~Escapable {
    private let message: MessageView
    private let chain: AnswerChain
    private let signatures: Bool
    private let limits: LifetimeLimits
    /// Seconds: the least TTL of the records written; 0 for a negative answer without SOA, which may not be kept
    /// (RFC 2308 section 5).
    private(set) var lifetime = UInt32.max

    @_lifetime(copy message, copy chain)
    init(_ message: MessageView, _ chain: AnswerChain, signatures: Bool, limits: LifetimeLimits) {
        self.message = message
        self.chain = chain
        self.signatures = signatures
        self.limits = limits
    }

    @_lifetime(self: copy self)
    @_lifetime(builder: copy builder)
    mutating func write(to builder: inout MessageBuilder) throws(WireError) {
        for link in 0..<chain.count { try write(link, to: &builder) }
        try writeAuthority(to: &builder)
    }

    /// All records of one link, with the least of their TTLs (RFC 2181 section 5.2). Of several CNAME records,
    /// which a name cannot have, the one counts that was followed.
    @_lifetime(self: copy self)
    @_lifetime(builder: copy builder)
    private mutating func write(_ link: Int, to builder: inout MessageBuilder) throws(WireError) {
        guard let least = try leastTTL(link) else { return }
        let ttl = limits.clamp(least)
        lifetime = min(lifetime, ttl)
        var hasAlias = false
        var cursor = try message.records()
        while let record = try cursor.next(), record.section == .answer {
            guard try chain.holds(record, at: link, signatures: signatures) else { continue }
            if record.type == .cname {
                guard !hasAlias else { continue }
                hasAlias = true
            }
            try builder.addRecord(copying: record, ttl: ttl)
        }
    }

    private func leastTTL(_ link: Int) throws(WireError) -> UInt32? {
        var least: UInt32?
        var cursor = try message.records()
        while let record = try cursor.next(), record.section == .answer {
            guard try chain.holds(record, at: link, signatures: signatures) else { continue }
            least = min(least ?? record.ttl, record.ttl)
        }
        return least
    }

    @_lifetime(self: copy self)
    @_lifetime(builder: copy builder)
    private mutating func writeAuthority(to builder: inout MessageBuilder) throws(WireError) {
        if !chain.hasData { lifetime = min(lifetime, try negativeLifetime()) }
        var hasSOA = false
        var cursor = try message.records()
        while let record = try cursor.next() {
            guard record.section == .authority, record.recordClass == .internet else { continue }
            let isZone = hasSOA ? false : try isSOA(record)
            guard isZone || isProof(record) else { continue }
            hasSOA = hasSOA || isZone
            try builder.addRecord(copying: record, ttl: min(limits.clamp(record.ttl), lifetime))
        }
    }

    /// The SOA record of a zone that the last name may be in. A positive answer needs none.
    private func isSOA(_ record: RecordView) throws(WireError) -> Bool {
        guard record.type == .soa, !chain.hasData else { return false }
        return try chain.name(chain.count - 1).isSubdomain(of: record.owner)
    }

    /// What proves an absence, or a wildcard, to a client that validates: it is relayed, not believed.
    private func isProof(_ record: RecordView) -> Bool {
        guard signatures else { return false }
        switch record.type {
        case .nsec, .nsec3, .rrsig: return true
        default: return false
        }
    }

    /// RFC 2308 section 5: the lesser of the SOA record's TTL and its MINIMUM field.
    private func negativeLifetime() throws(WireError) -> UInt32 {
        var cursor = try message.records()
        while let record = try cursor.next() {
            guard record.section == .authority, try isSOA(record), record.rdata.count >= 4 else { continue }
            let minimum = record.rdata.bigEndianUInt32(at: record.rdata.count - 4)
            return min(limits.clamp(min(record.ttl, minimum)), LifetimeLimits.maximumNegative)
        }
        return 0
    }
}
