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
    var richer: QuestionTraitsList {
        var found = QuestionTraitsList()
        found.appendRicher(self, than: self)
        if contains(.noRecursion) { found.appendRicher(subtracting(.noRecursion), than: self) }
        return found
    }

    /// The traits of questions whose answers say less than these want to know, but not something else.
    var poorer: QuestionTraitsList {
        var found = QuestionTraitsList()
        if contains(.dnssec) {
            found.append(subtracting(.dnssec))
            found.append(subtracting(.dnssec).subtracting(.authenticity))
        } else if contains(.authenticity) {
            found.append(subtracting(.authenticity))
        }
        return found
    }
}

/// Some traits in an order, as a value: every question that is not in the cache goes through such lists.
struct QuestionTraitsList: Sequence {
    /// All there can be: the traits themselves, five that are richer, two that are poorer.
    static let capacity = 8

    private var places = InlineArray<8, UInt8>(repeating: 0)
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func append(_ traits: QuestionTraits) {
        precondition(count < QuestionTraitsList.capacity, "there are not so many traits")
        places[count] = traits.rawValue
        count += 1
    }

    /// Adds `base`, `base` with AD, and `base` with AD and DO, as far as they are neither `asked` nor here.
    fileprivate mutating func appendRicher(_ base: QuestionTraits, than asked: QuestionTraits) {
        appendNew(base, than: asked)
        appendNew(base.union(.authenticity), than: asked)
        appendNew(base.union(.authenticity).union(.dnssec), than: asked)
    }

    private mutating func appendNew(_ traits: QuestionTraits, than asked: QuestionTraits) {
        guard traits != asked else { return }
        for known in self where known == traits { return }
        append(traits)
    }

    func makeIterator() -> Iterator { Iterator(list: self) }

    struct Iterator: IteratorProtocol {
        fileprivate let list: QuestionTraitsList
        private var index = 0

        fileprivate init(list: QuestionTraitsList) { self.list = list }

        mutating func next() -> QuestionTraits? {
            guard index < list.count else { return nil }
            defer { index += 1 }
            return QuestionTraits(rawValue: list.places[index])
        }
    }
}
