internal import NetworkTypes
internal import Ruleset

// IPv4 addresses behind prefixes of which the profile does not say where they lie. What it says of an IPv4 address it
// says of the forms under the prefixes that it knows: those are addresses of its rules. Of the others nobody can tell
// what a packet reaches in the end.
extension RulesetLowering {
    /// What is for translators alone (RFC 8215), by whatever path.
    var untoldTranslators: (matches: [Statement], comment: String?) {
        let untold = TrafficRegion(untoldTranslators: plan.local.translators)
        let intervals = untold.ipv6.ranges.map { range in
            SetElement(
                FieldValue(range.lowerBound, byteCount: 16), through: FieldValue(range.upperBound, byteCount: 16))
        }
        return ([.family(.v6), .destination(.v6, in: intervals)], "IPv4 behind a prefix of unknown length")
    }

    /// What the network itself announces (RFC 8781). It holds for what leaves directly and for nothing else: a network
    /// says nothing about other paths. The resolver's upstreams are exact addresses.
    func announcedTranslators(_ path: EnforcementPlan.Path) -> [ChainRule] {
        guard path.number == .direct else { return [] }
        return [
            ChainRule(
                .mark(MarkLayout.subject, isNot: SubjectNumber.resolver.bits), .family(.v6),
                .match(Match(.payload(.ipv6Destination), .inSet(Name.announcedTranslators))), .goto(Name.refuse),
                comment: "IPv4 behind an announced prefix")
        ]
    }
}

extension TrafficRegion {
    /// All that goes to prefixes for translators alone, but for those that are known.
    init(untoldTranslators known: [IPPrefix]) {
        self.init(addresses: [NAT64.localUse], services: .allServices)
        let told = known.filter { NAT64.localUse.contains($0.address) }
        guard !told.isEmpty else { return }
        ipv6 = ipv6.subtracting(Intervals(told.map(\.interval)))
    }
}

extension [IPPrefix] {
    /// And the addresses under these prefixes that stand for the IPv4 ones among them.
    func withForms(under translators: [IPPrefix]) -> [IPPrefix] {
        var all = self
        all.reserveCapacity(count * (1 + translators.count))
        for translator in translators {
            for prefix in self where prefix.address.family == .v4 {
                all.append(NAT64.form(of: prefix, under: translator))
            }
        }
        return all
    }
}
