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
            subjects: (plan.subjects + plan.containers).sorted { $0.number < $1.number }.map(settings),
            views: plan.resolver.views.map { ViewPort(name: $0.name, port: $0.port) },
            guardedPorts: plan.guardedPorts, portal: plan.portal.flatMap { settings($0, of: plan) })
    }

    private static func settings(_ portal: EnforcementPlan.Portal, of plan: EnforcementPlan) -> PortalSettings? {
        plan.subjects.first { $0.number == portal.subject }.map {
            PortalSettings(
                subject: $0.name, subjectNumber: portal.subject, number: portal.number, minutes: portal.minutes)
        }
    }

    private static func settings(_ subject: EnforcementPlan.Subject) -> SubjectSettings {
        SubjectSettings(
            number: subject.number, name: subject.name,
            selectors: subject.selectorSets.flatMap(\.symbols) + subject.interfaces.map { .device($0) },
            isExclusive: subject.hasOwnRulesOnly)
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
