internal import NetfilterBackend
internal import Ruleset
internal import ServiceHost

/// Why a bundle is not put in force, or the daemon does not start, in one line that says what to do.
enum PolicyFailure: Error {
    case host(HostFailure)
    case notPermitted
    case noEnforcement(path: String)
    case digestMismatch(path: String, expected: String)
    case viewMoved(path: String, ViewPins.Move)
    /// What a caller without rights is told of any bundle that cannot be planned.
    case unknownBundle
    /// The kernel refused parts of the table; the profile's own words for them.
    case refused([String])
    case ownedByAnother
    /// The ruleset changed under every attempt.
    case contended
    /// The kernel holds something else than what was committed.
    case readBackDiffers([String])
    case kernel(String)
    /// Why the portal is not opened.
    case portal(String)
}

extension PolicyFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .host(let failure): failure.description
        case .notPermitted:
            "no permission to change the kernel's rules: run as root, or with CAP_NET_ADMIN in this network namespace"
        case .noEnforcement(let path):
            "bundle `\(path)` refused: it says nothing about traffic; compile the profile with this version"
        case .digestMismatch(let path, let expected):
            "bundle `\(path)` refused: its digest is not \(expected.prefix(12)), which was asked for"
        case .viewMoved(let path, let move): "bundle `\(path)` refused: \(move)"
        case .unknownBundle:
            "no bundle of that digest that the enforcer can read is there; root, or a member of group `enigm`, is told more"
        case .refused(let parts): "the kernel refused \(parts.joined(separator: "; "))"
        case .ownedByAnother:
            "table `\(EnforcedTables.name)` belongs to another running program; stop it, then start this one"
        case .contended: "other programs keep changing the kernel's rules; try again"
        case .readBackDiffers(let lines):
            "the kernel does not hold what it was given: \(lines.prefix(3).joined(separator: "; "))"
        case .kernel(let reason): "the kernel's netfilter failed: \(reason)"
        case .portal(let reason): reason
        }
    }

    /// Runs something that the shared parts of daemons do.
    static func ofHost<Value: ~Copyable>(
        _ body: () throws(HostFailure) -> Value
    ) throws(PolicyFailure) -> Value {
        do { return try body() } catch { throw .host(error) }
    }

    /// `tables`: what the batch was made from, for the lines of the profile.
    init(_ failure: NetfilterFailure, tables: [Table]) {
        switch failure {
        case .notPermitted: self = .notPermitted
        case .stale, .interrupted: self = .contended
        case .refused(let refusals):
            if refusals.contains(where: { $0.errno == EnforcedTables.notPermitted }) {
                self = .ownedByAnother
            } else {
                self = .refused(refusals.map { $0.text(in: tables) })
            }
        case .system: self = .kernel(failure.description)
        }
    }
}

extension NetfilterFailure.Refusal {
    /// ``rule 3 of chain `output` (rule web, line 17): no such file or directory``
    fileprivate func text(in tables: [Table]) -> String {
        "\(part)\(origin(in: tables)): \(reason)"
    }

    /// No two tables have a chain of one name.
    private func origin(in tables: [Table]) -> String {
        guard case .rule(let chain, let index) = part,
            let rules = tables.lazy.compactMap({ $0.chain(chain) }).first?.rules,
            rules.indices.contains(index), let comment = rules[index].comment
        else { return "" }
        return " (\(comment))"
    }
}
