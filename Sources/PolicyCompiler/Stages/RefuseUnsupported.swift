internal import ProfileModel

/// The first stage: a profile may say more than this version acts on. Each such thing is refused by name, at its
/// line, here or by `EnforcementPlanner`; a bundle never carries less than its profile says.
enum RefuseUnsupported {
    static func diagnostics(for profile: Profile) -> [Diagnostic] {
        invariants(profile) + resolver(profile.resolver)
            + privacy(profile.resolver.privacy)
    }

    /// They change nothing about a bundle: what is missing is the proof, and that is said once.
    private static func invariants(_ profile: Profile) -> [Diagnostic] {
        guard let first = profile.invariants.first else { return [] }
        return [
            Diagnostic(
                .notSupported, severity: .warning, "this version does not prove invariants: nothing is held to them",
                at: first.range, help: "write tests for what matters most")
        ]
    }

    private static func resolver(_ resolver: ResolverProfile) -> [Diagnostic] {
        var found = resolver.filters.map { refuse("the filter `\($0.name.value)`", at: $0.name.range) }
        if resolver.gate != GateSettings(range: resolver.range) {
            found.append(refuse("`gate`", at: resolver.gate.deadline.range))
        }
        return found
    }

    private static func privacy(_ privacy: PrivacySettings) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if privacy.cover.value {
            found.append(refuse("cover traffic", at: privacy.cover.range, help: "write `cover: off`"))
        }
        if privacy.clientSubnet.value != .strip {
            found.append(
                refuse(
                    "forwarding client subnets", at: privacy.clientSubnet.range, help: "write `client-subnet: strip`"))
        }
        return found
    }

    private static func refuse(
        _ what: String, at range: SourceRange, help: String = "remove it: nothing would act on it"
    ) -> Diagnostic {
        Diagnostic(.notSupported, "this version cannot compile \(what)", at: range, help: help)
    }
}
