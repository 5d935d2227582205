package import NetworkTypes
package import Ruleset

extension Table {
    /// Puts addresses into the name sets of rules, by the names of these, as the gate does it at run time.
    package mutating func fillNameSets(of plan: EnforcementPlan, with answered: [String: Set<IPAddress>]) {
        let named = plan.rules.filter { !$0.names.isEmpty }
        guard !named.isEmpty else { return }
        let places = Dictionary(sets.indices.map { (sets[$0].name, $0) }) { first, _ in first }
        for rule in named {
            for family in AddressFamily.allCases {
                guard let index = places[Name.names(rule.name, family)] else { continue }
                let told = (answered[rule.name] ?? []).map { IPPrefix(containing: $0, length: $0.family.bitWidth) }
                let addresses = Set(
                    told.withForms(under: plan.local.translators).map(\.address).filter { $0.family == family })
                sets[index].elements = addresses.map { SetElement(FieldValue($0)) }.sorted()
            }
        }
    }
}
