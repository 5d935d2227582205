import CanonicalJSON
import PolicyCompiler
import ProfileLoader
import ProfileModel
import ProfileTestSupport
import Ruleset
import TestSupport
import Testing

/// A directory of Tests/Golden: a profile, and what is made of it on a machine with some users and devices.
struct Golden: CustomTestStringConvertible, Sendable {
    let name: String

    static let all = TextFile.names(in: "\(Repository.root)/Tests/Golden").map { Golden(name: $0) }

    /// Writes what is made now, instead of comparing with it.
    static let isRewriting = Repository.environment("ENIGM_REWRITE_GOLDEN") == "1"

    var testDescription: String { name }

    var file: RepositoryProfile { RepositoryProfile("Tests/Golden/\(name)/profile.yaml") }

    func path(_ file: String) -> String { "\(Repository.root)/Tests/Golden/\(name)/\(file)" }

    func text(of file: String) -> String { TextFile.text(of: path(file)) }

    func profile() throws -> Profile { try file.profile() }

    /// The main table and the check of wires.
    func tables() throws -> [Table] { try file.tables() }
}

extension RepositoryProfile {
    func profile() throws -> Profile {
        let loaded = load()
        #expect(loaded.diagnostics == [])
        return try #require(loaded.profile)
    }

    /// What a machine holds: who may do what, and what may be on its wires.
    func tables() throws -> [Table] {
        let template = RulesetLowering(try plan()).template
        return [EnforcementExample.table(template, epoch: 1), EnforcementExample.wire(template)]
    }

    func plan() throws -> EnforcementPlan {
        let (plan, diagnostics) = EnforcementPlanner.plan(try profile())
        return try #require(plan, "\(diagnostics)")
    }
}
