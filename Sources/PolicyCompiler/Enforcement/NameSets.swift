package import NetworkTypes
package import Ruleset

extension Table {
    /// Puts addresses into the name sets of rules, by the names of these, as the gate does it at run time.
    package mutating func fillNameSets(of plan: EnforcementPlan, with answered: [String: Set<IPAddress>]) {
        for rule in plan.rules where !rule.names.isEmpty {
            for family in AddressFamily.allCases {
                guard let index = sets.firstIndex(where: { $0.name == Name.names(rule.name, family) }) else { continue }
                let addresses = (answered[rule.name] ?? []).filter { $0.family == family }
                sets[index].elements = addresses.map { SetElement(FieldValue($0)) }.sorted()
            }
        }
    }
}
