/// What a policy author wrote, typed: every key of the language, defaults filled in, each value with its place.
///
/// Lists keep the order of the text. References between the parts are names that are known to exist.
package struct Profile: Sendable, Equatable {
    /// The one version of the language there is.
    package static let schema = "enigm.network/1"

    package var identity: ProfileIdentity
    /// Profiles that this one narrows, as it names them; what they say is in the other parts.
    package var extends: [Located<String>]
    /// All files that it was merged from but its own, relative to it: the number of the first is 1.
    package var inheritedFiles: [String] = []
    /// Strictest first. `direct` is here only when the profile declares it.
    package var paths: [Path]
    package var subjects: [Subject]
    package var resolver: ResolverProfile
    /// What becomes of packets that no rule speaks of.
    package var defaultOutcome: Outcome
    package var rules: [Rule]
    package var local: LocalTraffic
    package var onBlock: BlockedTraffic
    package var portal: Portal?
    package var tests: [ProfileTest]
    package var invariants: [Located<Invariant>]

    package init(
        identity: ProfileIdentity, extends: [Located<String>], paths: [Path], subjects: [Subject],
        resolver: ResolverProfile, defaultOutcome: Outcome, rules: [Rule], local: LocalTraffic,
        onBlock: BlockedTraffic, portal: Portal?, tests: [ProfileTest], invariants: [Located<Invariant>]
    ) {
        self.identity = identity
        self.extends = extends
        self.paths = paths
        self.subjects = subjects
        self.resolver = resolver
        self.defaultOutcome = defaultOutcome
        self.rules = rules
        self.local = local
        self.onBlock = onBlock
        self.portal = portal
        self.tests = tests
        self.invariants = invariants
    }
}
