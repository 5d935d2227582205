internal import NetworkTypes
internal import ProfileModel

/// What rules speak of, compared as they are written: no name is resolved and no list is read.
enum DestinationCoverage {
    /// Whether every packet that `inner` speaks of is one that `outer` speaks of; answers the first place that is not,
    /// nil in `place` when it is what was left out.
    static func excess(of inner: Rule.Destinations, over outer: Rule.Destinations) -> Excess? {
        if outer.limitsAddresses {
            guard inner.limitsAddresses else { return Excess(place: nil, words: "every address") }
            if let excess = first(inner.addresses, notIn: outer.addresses, { $0.covers($1) }) { return excess }
            if let excess = first(inner.lists, notIn: outer.lists, ==) { return excess }
            if let excess = first(inner.names, notIn: outer.names, { $0.covers($1) }) { return excess }
        }
        guard outer.limitsServices else { return nil }
        guard inner.limitsServices else { return Excess(place: nil, words: "every protocol") }
        return first(inner.ports, notIn: outer.ports, { $0.covers($1) })
            ?? first(inner.protocols, notIn: outer.protocols, ==)
            ?? first(inner.icmp, notIn: outer.icmp, { $0.covers($1) })
    }

    struct Excess {
        let place: SourceRange?
        let words: String
    }

    /// Whether a packet may exist that both speak of.
    static func mayOverlap(_ left: Rule.Destinations, _ right: Rule.Destinations) -> Bool {
        overlapInAddresses(left, right) && overlapInServices(left, right)
    }

    private static func overlapInAddresses(_ left: Rule.Destinations, _ right: Rule.Destinations) -> Bool {
        // Which addresses names and lists have is not known here.
        let isKnown = [left, right].allSatisfy { $0.names.isEmpty && $0.lists.isEmpty }
        guard isKnown, left.limitsAddresses, right.limitsAddresses else { return true }
        return left.addresses.contains { one in
            right.addresses.contains { $0.value.covers(one.value) || one.value.covers($0.value) }
        }
    }

    private static func overlapInServices(_ left: Rule.Destinations, _ right: Rule.Destinations) -> Bool {
        guard left.limitsServices, right.limitsServices else { return true }
        return left.ports.contains { one in right.ports.contains { $0.value.overlaps(one.value) } }
            || left.protocols.contains { one in right.protocols.contains { $0.value == one.value } }
            || left.icmp.contains { one in
                right.icmp.contains { $0.value.covers(one.value) || one.value.covers($0.value) }
            }
    }

    private static func first<Element: Sendable>(
        _ inner: [Located<Element>], notIn outer: [Located<Element>], _ covers: (Element, Element) -> Bool
    ) -> Excess? {
        inner.first { one in !outer.contains { covers($0.value, one.value) } }.map {
            Excess(place: $0.range, words: "`\($0.value)`")
        }
    }
}

extension Rule.Destinations {
    var limitsAddresses: Bool { !addresses.isEmpty || !lists.isEmpty || !names.isEmpty }
    var limitsServices: Bool { !ports.isEmpty || !protocols.isEmpty || !icmp.isEmpty }
}

extension IPPrefix {
    func covers(_ other: IPPrefix) -> Bool { other.length >= length && contains(other.address) }
}

extension NamePattern {
    func covers(_ other: NamePattern) -> Bool {
        switch (self, other) {
        case (.exact(let name), .exact(let inner)): name == inner
        case (.exact, .below): false
        case (.below(let name), .exact(let inner)): inner.text.hasSuffix("." + name.text)
        case (.below(let name), .below(let inner)): inner == name || inner.text.hasSuffix("." + name.text)
        }
    }
}

extension PortRange {
    func covers(_ other: PortRange) -> Bool {
        transport == other.transport && lower <= other.lower && other.upper <= upper
    }

    func overlaps(_ other: PortRange) -> Bool {
        transport == other.transport && lower <= other.upper && other.lower <= upper
    }
}

extension ICMPMessage {
    func covers(_ other: ICMPMessage) -> Bool {
        [(ipv4, other.ipv4), (ipv6, other.ipv6)].allSatisfy { outer, inner in
            inner.map { outer?.covers($0) ?? false } ?? true
        }
    }
}

extension ICMPMessage.Kind {
    fileprivate func covers(_ other: ICMPMessage.Kind) -> Bool {
        type == nil || type == other.type && (code == nil || code == other.code)
    }
}
