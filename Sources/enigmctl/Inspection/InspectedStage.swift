internal import ArgumentParser
internal import Bundle
internal import CanonicalJSON
internal import PolicyCompiler
internal import Ruleset

/// What a stage of the compiler leaves behind, in their order.
enum InspectedStage: String, ExpressibleByArgument, CaseIterable {
    /// The profile as it was read: what it extends merged, what was left out filled in.
    case profile
    /// References resolved, senders and paths numbered.
    case plan
    /// The table, before a machine fills it.
    case table
    /// What the daemons read.
    case manifest

    /// How far the compiler has to go.
    var last: CompileStage { self == .manifest ? .bundle : .enforcement }

    /// Nil when errors kept the compiler from it.
    func json(_ input: ProfileInput) -> JSONValue? {
        switch self {
        case .profile: input.profile.map { InspectedValue.json($0) }
        case .plan: input.product.map { InspectedValue.json($0.plan) }
        case .table: input.product.map { $0.template.tables.nftJSON }
        case .manifest:
            input.bundle.flatMap {
                try? JSONReader.read($0.manifestBytes.span, maximumBytes: $0.manifestBytes.count)
            }
        }
    }

    func text(_ input: ProfileInput) -> String? {
        guard self == .table else { return json(input).map { IndentedText.text(of: $0) } }
        return input.product.map { $0.template.tables.text }
    }
}

extension RulesetTemplate {
    /// With one device that stands for whichever there are.
    fileprivate var tables: Ruleset {
        Ruleset(tables: [
            table, wire.table(table.name, on: [WireDevice("DEVICE")], stamp: .symbolic, knowsRoutes: true),
        ])
    }
}
