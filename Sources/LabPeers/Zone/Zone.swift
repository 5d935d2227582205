package import DNSWire

/// The records of one or more zones and the lookup of RFC 1034 section 4.3.2, as a recursive resolver would present
/// its result: aliases followed as long as they stay inside.
package struct Zone: Sendable {
    private var records: [ZoneName: [ZoneRecord]] = [:]
    /// Every name that exists, those without records of their own (empty non-terminals) included.
    private var existing: Set<ZoneName> = []
    private var apexes: [ZoneName: ZoneRecord] = [:]

    /// Reads zones in presentation format; each name with an SOA record starts one.
    package init(text: String) throws(ZoneTextError) {
        var reader = ZoneReader(text)
        while let record = try reader.next() {
            guard record.recordClass == .internet, let name = ZoneName(wire: record.owner.wire) else {
                throw ZoneTextError(line: reader.lineNumber, message: "only records of class IN are served here")
            }
            records[name, default: []].append(ZoneRecord(record))
            if record.type == .soa { apexes[name] = ZoneRecord(record) }
        }
        for name in records.keys { addExisting(name) }
    }

    /// How many records there are.
    package var recordCount: Int { records.values.reduce(0) { $0 + $1.count } }

    /// What there is to say about a name and type.
    struct Answer {
        enum Outcome: Sendable { case found, noData, noSuchName, refused, aliasLoop }

        var outcome: Outcome
        var records: [(name: ZoneName, record: ZoneRecord)] = []
        /// For negative answers: the SOA record of the zone that says so (RFC 2308 section 3).
        var authority: (name: ZoneName, record: ZoneRecord)?
    }

    /// Longer chains of aliases are taken for loops.
    static let maximumAliases = 16

    func lookUp(_ name: ZoneName, type: UInt16) -> Answer {
        var answer = Answer(outcome: .found)
        var current = name
        for _ in 0...Zone.maximumAliases {
            guard let next = step(current, type, &answer) else { return answer }
            current = next
        }
        return Answer(outcome: .aliasLoop)
    }

    /// Looks `name` up and puts the outcome into `answer`; the alias's target when there is more to do.
    private func step(_ name: ZoneName, _ type: UInt16, _ answer: inout Answer) -> ZoneName? {
        guard let apex = apex(of: name) else {
            if answer.records.isEmpty { answer.outcome = .refused }
            return nil
        }
        if let (owner, record) = redirection(above: name, apex: apex) {
            let target = follow(record, at: owner, from: name, &answer)
            // The alias itself was asked for: that is the whole answer (RFC 6672 section 3.2).
            return type == Zone.canonicalName || type == Zone.anyType ? nil : target
        }
        guard let found = recordsOrWildcard(at: name, apex: apex) else {
            conclude(.noSuchName, apex, &answer)
            return nil
        }
        if let alias = found.first(where: { $0.type == Zone.canonicalName }), type != Zone.canonicalName,
            type != Zone.anyType
        {
            answer.records.append((name, alias))
            return alias.target
        }
        let matching = found.filter { $0.type == type || type == Zone.anyType }
        answer.records += matching.map { (name, $0) }
        if matching.isEmpty { conclude(.noData, apex, &answer) }
        return nil
    }

    private func conclude(_ outcome: Answer.Outcome, _ apex: ZoneName, _ answer: inout Answer) {
        answer.outcome = outcome
        answer.authority = apexes[apex].map { (apex, $0) }
    }

    /// Adds the DNAME and the CNAME made from it (RFC 6672 section 3.1).
    private func follow(
        _ record: ZoneRecord, at owner: ZoneName, from name: ZoneName, _ answer: inout Answer
    ) -> ZoneName? {
        answer.records.append((owner, record))
        guard let target = record.target.flatMap({ name.replacing(owner, by: $0) }) else { return nil }
        let alias = ZoneRecord(
            type: Zone.canonicalName, timeToLive: record.timeToLive, data: [.compressibleName(target)])
        answer.records.append((name, alias))
        return target
    }

    private func apex(of name: ZoneName) -> ZoneName? {
        sequence(first: name, next: \.parent).first { apexes[$0] != nil }
    }

    /// The DNAME above `name`, when there is one.
    private func redirection(above name: ZoneName, apex: ZoneName) -> (owner: ZoneName, record: ZoneRecord)? {
        guard name != apex else { return nil }
        for ancestor in sequence(first: name, next: \.parent).dropFirst() {
            if let record = records[ancestor]?.first(where: { $0.type == Zone.delegationName }) {
                return (ancestor, record)
            }
            if ancestor == apex { break }
        }
        return nil
    }

    /// The records at `name`, those of the wildcard that covers it (RFC 4592), or nil when there is no such name.
    private func recordsOrWildcard(at name: ZoneName, apex: ZoneName) -> [ZoneRecord]? {
        if existing.contains(name) { return records[name] ?? [] }
        let encloser = sequence(first: name, next: \.parent).first { existing.contains($0) }
        return encloser.flatMap { records[$0.wildcard] }
    }

    private mutating func addExisting(_ name: ZoneName) {
        guard let apex = apex(of: name) else { return }
        for ancestor in sequence(first: name, next: \.parent) {
            existing.insert(ancestor)
            if ancestor == apex { return }
        }
    }

    private static let canonicalName: UInt16 = 5
    private static let delegationName: UInt16 = 39
    private static let anyType: UInt16 = 255
}
