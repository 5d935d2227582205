internal import ProfileModel

/// The stage that looks at the clock: a rule that has ended is still compiled, because a bundle depends on its profile
/// alone, and nothing will come of it.
enum CheckEnds {
    static func diagnostics(for profile: Profile, now: Timestamp) -> [Diagnostic] {
        profile.rules.indices.compactMap { index in
            guard let until = profile.rules[index].until, until.value <= now else { return nil }
            let name = profile.rules[index].name.value
            return Diagnostic(
                .ruleHasEnded, severity: .warning, "the rule `\(name)` has ended: it is \(now) now",
                at: until.range, help: "remove the rule, or write a later moment")
        }
    }
}
