import NetworkTypes
import Ruleset
import Testing

/// A way out that an obvious table leaves open: what the policy does in its place, and what happens when that is taken
/// out of the table. docs/leaks.md has the same in words.
struct Leak: Sendable, CustomTestStringConvertible {
    let name: String
    let play: @Sendable (AddressFamily, FlowScenario.Mutation) throws -> FlowScenario.End
    /// How the play ends.
    let end: FlowScenario.End
    let removeRemedy: FlowScenario.Mutation
    let endWithoutRemedy: FlowScenario.End

    var testDescription: String { name }

    static let all = [
        portOfAnOpenSocket, portOfAClosedSocket, forbiddenConnection, olderQueries, olderQueriesWithoutAGuard,
        olderQueryConnections, endOfAConnection, endOfAForbiddenConnection, olderUnansweredDatagrams,
        connectionsThatMove, translationsOfOthers,
    ]
}

extension Leak {
    private static let portOfAnOpenSocket = Leak(
        name: "portOfAnOpenSocket", play: { try FlowScenario.stolenPort($0, afterClose: false, $1) }, end: .cut,
        removeRemedy: acceptEstablishedFirst, endWithoutRemedy: .leaked)

    private static let portOfAClosedSocket = Leak(
        name: "portOfAClosedSocket", play: { try FlowScenario.stolenPort($0, afterClose: true, $1) }, end: .cut,
        removeRemedy: acceptEstablishedFirst, endWithoutRemedy: .leaked)

    private static let forbiddenConnection = Leak(
        name: "forbiddenConnection", play: FlowScenario.forbiddenConnection, end: .cut,
        removeRemedy: acceptEstablishedFirst, endWithoutRemedy: .leaked)

    private static let olderQueries = Leak(
        name: "olderQueries", play: FlowScenario.olderDatagrams, end: .captured, removeRemedy: removeZones,
        endWithoutRemedy: .cut)

    private static let olderQueriesWithoutAGuard = Leak(
        name: "olderQueriesWithoutAGuard", play: FlowScenario.olderDatagrams, end: .captured,
        removeRemedy: {
            removeZones(&$0)
            removeGuardOfCaptured(&$0)
        }, endWithoutRemedy: .leaked)

    private static let olderQueryConnections = Leak(
        name: "olderQueryConnections", play: FlowScenario.olderConnection, end: .cut,
        removeRemedy: removeGuardOfCaptured, endWithoutRemedy: .leaked)

    private static let endOfAConnection = Leak(
        name: "endOfAConnection", play: FlowScenario.endOfConnection, end: .whole,
        removeRemedy: { table in
            table.mutate(chain: "decide") { chain in chain.rules.removeAll { $0.isForClosedConnections } }
        }, endWithoutRemedy: .torn)

    private static let endOfAForbiddenConnection = Leak(
        name: "endOfAForbiddenConnection", play: FlowScenario.endOfForbiddenConnection, end: .cut,
        removeRemedy: { table in
            table.mutate(chain: "decide") { chain in
                for index in chain.rules.indices where chain.rules[index].isForClosedConnections {
                    chain.rules[index].statements.removeAll { $0.readsConnectionMark }
                }
            }
        }, endWithoutRemedy: .leaked)

    private static let olderUnansweredDatagrams = Leak(
        name: "olderUnansweredDatagrams", play: FlowScenario.olderUnanswered, end: .cut,
        removeRemedy: { table in
            table.mutateRules { rule in
                guard let place = rule.statements.firstIndex(of: .status(has: Packet.Flow.statusConfirmed)) else {
                    return
                }
                rule.statements[place] = .state(anyOf: Packet.Flow.established)
            }
        }, endWithoutRemedy: .leaked)

    private static let connectionsThatMove = Leak(
        name: "connectionsThatMove", play: FlowScenario.connectionThatMoves, end: .cut,
        removeRemedy: { table in
            for index in table.chains.indices {
                table.chains[index].rules.removeAll { rule in
                    rule.statements.contains(.status(has: Packet.Flow.statusConfirmed))
                        && rule.statements.contains(.connectionMark(MarkLayout.path, isNot: 0))
                }
            }
        }, endWithoutRemedy: .leaked)

    private static let translationsOfOthers = Leak(
        name: "translationsOfOthers", play: FlowScenario.translatedElsewhere, end: .cut,
        removeRemedy: { table in
            table.mutate(chain: "captured_local") { chain in chain.rules.removeAll { $0.comparesDestination } }
        }, endWithoutRemedy: .leaked)
}

extension Leak {
    /// "Established" judges the 5-tuple, and neither the sender nor the policy in force.
    private static let acceptEstablishedFirst: FlowScenario.Mutation = { table in
        let rule = ChainRule(.state(anyOf: Packet.Flow.established), .accept)
        for chain in ["judge", "leave"] { table.mutate(chain: chain) { $0.rules.insert(rule, at: 0) } }
    }

    /// `redirect` does not see flows that are confirmed; a zone makes them new.
    private static let removeZones: FlowScenario.Mutation = { table in
        table.mutate(chain: "classify") { chain in
            chain.rules.removeAll { rule in
                rule.statements.contains { if case .setOriginalZone = $0 { true } else { false } }
            }
        }
    }

    /// What was to be captured and has not become local.
    private static let removeGuardOfCaptured: FlowScenario.Mutation = { table in
        table.mutate(chain: "guard_resolution") { $0.rules = [] }
        // And the path that "captured" then is.
        table.mutateRules { rule in
            guard case .verdictMap(var map) = rule.statements.last, map.mask == FieldValue(MarkLayout.path) else {
                return
            }
            map.entries.append(.init(SetElement(FieldValue(PathNumber.captured.bits)), .accept))
            rule.statements[rule.statements.count - 1] = .verdictMap(map)
        }
        table.mutate(chain: "leave") { $0.hook?.policy = .accept }
    }
}

extension Table {
    fileprivate mutating func mutateRules(_ change: (inout ChainRule) -> Void) {
        for chain in chains.indices {
            for rule in chains[chain].rules.indices { change(&chains[chain].rules[rule]) }
        }
    }
}

extension ChainRule {
    /// That of established flows whose sender has closed.
    fileprivate var isForClosedConnections: Bool {
        statements.first == .mark(MarkLayout.subject, is: SubjectNumber.ownerless.bits) && statements.count > 2
    }

    fileprivate var comparesDestination: Bool {
        statements.contains { statement in
            guard case .match(let match) = statement else { return false }
            return [[.payload(.ipv4Destination)], [.payload(.ipv6Destination)]].contains(match.fields)
        }
    }
}

extension Statement {
    fileprivate var readsConnectionMark: Bool {
        if case .match(let match) = self { match.fields == [.conntrack(.mark)] } else { false }
    }
}
