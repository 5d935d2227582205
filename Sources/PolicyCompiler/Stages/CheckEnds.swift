internal import ProfileModel

/// The stage that looks at the clock: a rule that has ended is still compiled, because a bundle depends on its profile
/// alone, and nothing will come of it.
enum CheckEnds {
    static func diagnostics(for profile: Profile, now: Timestamp) -> [Diagnostic] {
        profile.rules.compactMap { rule in
            guard let until = rule.until, until.value <= now else { return nil }
            return Diagnostic(
                .ruleHasEnded, severity: .warning, "the rule `\(rule.name.value)` has ended: it is \(now) now",
                at: until.range, help: "remove the rule, or write a later moment")
        }
    }
}
