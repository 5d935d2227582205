package import NetworkTypes
package import Ruleset

/// What a bundle says to the enforcer: the table, and the names of what the table numbers.
package struct EnforcementSettings: Equatable, Sendable {
    package var template: RulesetTemplate
    package var paths: [PathSettings]
    package var subjects: [SubjectSettings]
    /// Where captured queries are sent, that of everybody first: the resolver listens there on 127.0.0.1 and ::1.
    package var views: [ViewPort]
    /// Those ports and those of services behind paths, in order: nobody but their owners sends from them, so that the
    /// kernel must not choose them for anybody's socket.
    package var guardedPorts: [UInt16]
    /// Nil where there is none.
    package var portal: PortalSettings?

    package init(
        template: RulesetTemplate, paths: [PathSettings], subjects: [SubjectSettings], views: [ViewPort],
        guardedPorts: [UInt16], portal: PortalSettings? = nil
    ) {
        self.template = template
        self.paths = paths
        self.subjects = subjects
        self.views = views
        self.guardedPorts = guardedPorts
        self.portal = portal
    }

    /// The devices by which packets of containers arrive.
    package var containerDevices: Set<String> {
        Set(subjects.flatMap(\.selectors).compactMap { if case .device(let name) = $0 { name } else { nil } })
    }

    /// The devices that are paths' or containers' own, and so not part of `direct`.
    package var takenDevices: Set<String> { containerDevices.union(paths.compactMap(\.device)) }

    /// In all chains together.
    package var ruleCount: Int { template.table.chains.reduce(0) { $0 + $1.rules.count } }

    /// The one table that a bundle may speak of, in the family `inet`: all others are somebody else's.
    package static let tableName = "enigm"

    // Limits of what a daemon takes. A profile has at most 100,000 nodes; no table of ours comes near these.
    package static let maximumSets = 4096
    package static let maximumChains = 4096
    package static let maximumRules = 65_536
    package static let maximumStatements = 32
    package static let maximumElements = 1 << 20
    /// A set with more has them in a section: a list that nobody reads, and that would not fit the manifest.
    package static let maximumListedElements = 1024
    package static let maximumNameBytes = 255
    /// One for everybody, and one for each subject.
    package static let maximumViews = 256
    /// One of each view, three of each path.
    package static let maximumGuardedPorts = 320
}

/// The port of a view's hidden listener. It is the view's for good: flows remember it.
package struct ViewPort: Equatable, Sendable {
    package var name: String
    package var port: UInt16

    package init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}

/// A path of the profile and its number in the marks.
package struct PathSettings: Equatable, Sendable {
    package var number: PathNumber
    package var name: String
    /// The tunnel's device; nil for the physical ones.
    package var device: String?
    /// What is routed into that device.
    package var families: [AddressFamily]

    package init(number: PathNumber, name: String, device: String?, families: [AddressFamily] = []) {
        self.number = number
        self.name = name
        self.device = device
        self.families = families
    }
}

/// A subject of the profile and its number in the marks.
package struct SubjectSettings: Equatable, Sendable {
    package var number: SubjectNumber
    package var name: String
    /// Users and groups, by name; any of them makes a match.
    package var selectors: [Symbol]
    /// Nothing of it matches rules for everybody or the default.
    package var isExclusive: Bool

    package init(number: SubjectNumber, name: String, selectors: [Symbol], isExclusive: Bool) {
        self.number = number
        self.name = name
        self.selectors = selectors
        self.isExclusive = isExclusive
    }
}
