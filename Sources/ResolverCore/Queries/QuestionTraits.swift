internal import DNSWire

/// What a client wants to be told beside the data, as far as it changes what an upstream answers.
struct QuestionTraits: OptionSet, Equatable {
    let rawValue: UInt8

    /// DO: it wants the records that prove the data.
    static let dnssec = QuestionTraits(rawValue: 1)
    /// CD: it wants data that nobody has validated.
    static let checkingDisabled = QuestionTraits(rawValue: 2)
    /// AD, or DO: it wants to be told whether the upstream has validated.
    static let authenticity = QuestionTraits(rawValue: 4)
    /// RD is clear: it wants what the upstream knows already.
    static let noRecursion = QuestionTraits(rawValue: 8)

    static let all: QuestionTraits = [.dnssec, .checkingDisabled, .authenticity, .noRecursion]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ query: IncomingQuery) {
        var traits: QuestionTraits = []
        if query.edns?.wantsDNSSEC ?? false { traits.formUnion([.dnssec, .authenticity]) }
        if query.flags.authenticData { traits.insert(.authenticity) }
        if query.checkingDisabled { traits.insert(.checkingDisabled) }
        if !query.recursionDesired { traits.insert(.noRecursion) }
        self = traits
    }

    /// The traits of questions whose answers say all that these want to know and more, the least more first. CD is
    /// never traded: what was validated is something else than what was not.
    var richer: [QuestionTraits] {
        let recursions = contains(.noRecursion) ? [self, subtracting(.noRecursion)] : [self]
        let more: [QuestionTraits] = [[], .authenticity, [.authenticity, .dnssec]]
        var found: [QuestionTraits] = []
        for recursion in recursions {
            for traits in more.map(recursion.union) where traits != self && !found.contains(traits) {
                found.append(traits)
            }
        }
        return found
    }

    /// The traits of questions whose answers say less than these want to know, but not something else.
    var poorer: [QuestionTraits] {
        if contains(.dnssec) { return [subtracting(.dnssec), subtracting([.dnssec, .authenticity])] }
        return contains(.authenticity) ? [subtracting(.authenticity)] : []
    }
}
