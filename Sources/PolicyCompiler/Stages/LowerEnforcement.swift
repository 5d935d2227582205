internal import Bundle
internal import Ruleset

/// The last stage: the enforcer's part of the manifest. A plan can always be lowered, so nothing here can fail.
enum LowerEnforcement {
    static func settings(for plan: EnforcementPlan) -> EnforcementSettings {
        EnforcementSettings(
            template: RulesetLowering(plan).template,
            paths: plan.paths.map {
                PathSettings(
                    number: $0.number, name: $0.name, device: $0.device, families: $0.device == nil ? [] : $0.families)
            },
            subjects: plan.subjects.map(settings),
            views: plan.resolver.views.map { ViewPort(name: $0.name, port: $0.port) },
            guardedPorts: plan.guardedPorts)
    }

    private static func settings(_ subject: EnforcementPlan.Subject) -> SubjectSettings {
        SubjectSettings(
            number: subject.number, name: subject.name,
            selectors: subject.selectorSets.flatMap(\.symbols),
            isExclusive: subject.isExclusive)
    }
}

extension EnforcementPlan.Path {
    fileprivate var device: String? {
        switch exit {
        case .direct, .redirect: nil
        case .tunnel(let tunnel): tunnel.interface
        }
    }
}
