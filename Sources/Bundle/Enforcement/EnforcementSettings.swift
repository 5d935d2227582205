package import Ruleset

/// What a bundle says to the enforcer: the table, and the names of what the table counts.
package struct EnforcementSettings: Equatable, Sendable {
    package var template: RulesetTemplate
    package var paths: [PathSettings]
    package var subjects: [SubjectSettings]

    package init(template: RulesetTemplate, paths: [PathSettings], subjects: [SubjectSettings]) {
        self.template = template
        self.paths = paths
        self.subjects = subjects
    }

    // Limits of what a daemon takes. A profile has at most 100,000 nodes; no table of ours comes near these.
    package static let maximumSets = 4096
    package static let maximumChains = 4096
    package static let maximumRules = 65_536
    package static let maximumStatements = 32
    package static let maximumElements = 1 << 20
    package static let maximumNameBytes = 255
}

/// A path of the profile and its number in the marks.
package struct PathSettings: Equatable, Sendable {
    package var number: PathNumber
    package var name: String
    /// The tunnel's device; nil for the physical ones.
    package var device: String?

    package init(number: PathNumber, name: String, device: String?) {
        self.number = number
        self.name = name
        self.device = device
    }
}

/// A subject of the profile and its number in the marks.
package struct SubjectSettings: Equatable, Sendable {
    package var number: SubjectNumber
    package var name: String

    package init(number: SubjectNumber, name: String) {
        self.number = number
        self.name = name
    }
}
