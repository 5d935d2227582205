import Ruleset
import Testing

@Suite struct PathRenumberingTests {
    private let first = PathNumber(2)
    private let second = PathNumber(3)

    private func template(_ one: PathNumber, _ other: PathNumber) -> RulesetTemplate {
        let map = VerdictMap(
            .meta(.mark), mask: FieldValue(MarkLayout.path),
            entries: [
                .init(SetElement(FieldValue(one.bits)), .goto("c")),
                .init(SetElement(FieldValue(other.bits)), .drop),
            ])
        let rules = [
            ChainRule(.mark(MarkLayout.path, is: one.bits), .decide(other)),
            ChainRule(.connectionMark(MarkLayout.path, isNot: other.bits), .note(.any, one), .accept),
            ChainRule(.mark(MarkLayout.path, is: PathNumber.captured.bits), .accept),
            // Neither compares nor writes a path.
            ChainRule(
                .mark(MarkLayout.subject, is: 2), .setMark(MarkChange(.packet, from: .packet, keep: ~0xFF, bits: 2))),
            ChainRule(.verdictMap(map)),
        ]
        return RulesetTemplate(table: Table(.inet, "enigm", chains: [Chain("c", rules: rules)]), symbolicSets: [])
    }

    @Test func everyConstantOfAPathFollowsAndNothingElse() {
        let exchanged = template(first, second).instantiate(epoch: 5, paths: [first: second, second: first]) { _ in [] }
        #expect(exchanged == template(second, first).instantiate(epoch: 5) { _ in [] })
        #expect(exchanged != template(first, second).instantiate(epoch: 5) { _ in [] })
    }
}
