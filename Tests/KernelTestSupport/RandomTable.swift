internal import NetworkTypes
package import Ruleset

/// Tables that a kernel takes, drawn from so few parts that two of them have much in common: sets, chains that call each
/// other, rules with and without sets of their own.
package struct RandomTable<Generator: RandomNumberGenerator> {
    private var generator: Generator
    private var sets: [NamedSet] = []
    private var chains: [String] = []

    package init(_ generator: Generator) { self.generator = generator }

    /// Sets and chains by chance, rules by chance.
    package mutating func next(_ name: String) -> Table {
        sets = (0..<5).compactMap { number in chance(3, in: 4) ? set(number) : nil }
        chains = ["out", "in"] + (0..<6).filter { _ in chance(3, in: 4) }.map { "c\($0)" }
        return Table(.inet, name, sets: sets, chains: chains.indices.map { chain($0) })
    }

    /// The table with some rules exchanged, put in, taken away, and some elements.
    package mutating func change(_ table: Table) -> Table {
        var table = table
        (sets, chains) = (table.sets, table.chains.map(\.name))
        for index in table.chains.indices where chance(1, in: 3) {
            for _ in 0..<pick(4) { edit(&table.chains[index].rules, chain: index) }
        }
        for index in table.sets.indices where chance(1, in: 3) {
            table.sets[index].elements = elements(number(of: table.sets[index]))
        }
        return table
    }

    private mutating func edit(_ rules: inout [ChainRule], chain: Int) {
        let place = pick(rules.count + 1)
        switch pick(3) {
        case 0: rules.insert(rule(chain), at: place)
        case 1 where place < rules.count: rules.remove(at: place)
        case 2 where place < rules.count: rules[place] = rule(chain)
        default: return
        }
    }

    /// A name always means one type of element, and one kind of set but for the last.
    private mutating func set(_ number: Int) -> NamedSet {
        let key: [FieldType] = [[.mark], [.port], [.ipv4Address], [.ipv4Address, .port], [.ipv4Address]][number]
        let flags: NamedSet.Flags = number == 4 && chance(1, in: 2) ? .interval : []
        return NamedSet("s\(number)", key: key, flags: flags, elements: elements(number))
    }

    private func number(of set: NamedSet) -> Int { Int(set.name.dropFirst()) ?? 0 }

    private mutating func elements(_ number: Int) -> [SetElement] {
        Set((0..<pick(6)).map { _ in UInt32(pick(12)) }).sorted().map { value in
            switch number {
            case 1: SetElement(FieldValue(UInt16(value)))
            case 3: SetElement([FieldValue(value), FieldValue(UInt16(value))])
            default: SetElement(FieldValue(value * 2))
            }
        }
    }

    private mutating func chain(_ index: Int) -> Chain {
        let hooks = [ChainHook.Point.output, .input].map { ChainHook(.filter, $0, priority: 0, policy: .accept) }
        return Chain(
            chains[index], hook: hooks.indices.contains(index) ? hooks[index] : nil,
            rules: (0..<pick(9)).map { _ in rule(index) })
    }

    private mutating func rule(_ chain: Int) -> ChainRule {
        let comment = chance(1, in: 4) ? "comment \(pick(3))" : nil
        return ChainRule(conditions() + [action(chain)], comment: comment)
    }

    private mutating func conditions() -> [Statement] {
        let number = UInt32(pick(3))
        switch pick(7) {
        case 0: return [.mark(0xFF, is: number)]
        case 1: return [.transport(.tcp), .destinationPort(UInt16(number))]
        case 2: return [.tcpOrUDP, .destinationPorts([1, 5, UInt16(7 + number)])]
        case 3: return [.family(.v4), network(length: 8 * (pick(4) + 1), number)]
        case 4: return [.counter]
        default: return lookUp()
        }
    }

    private func network(length: Int, _ number: UInt32) -> Statement {
        let address = FieldValue(0x0A00_0000 | number << 8)
        guard length < 32 else { return .match(Match(.payload(.ipv4Source), .equal(address))) }
        let mask = FieldValue.prefixMask(length: length, byteCount: 4)
        return .match(Match(.payload(.ipv4Source), mask: mask, .equal(address.masked(by: mask))))
    }

    private mutating func lookUp() -> [Statement] {
        guard !sets.isEmpty else { return [] }
        let set = sets[pick(sets.count)]
        switch number(of: set) {
        case 0: return [.match(Match(.meta(.mark), .inSet(set.name)))]
        case 1: return [.transport(.udp), .match(Match(.payload(.transportDestinationPort), .inSet(set.name)))]
        case 3:
            let fields: [Field] = [.payload(.ipv4Destination), .payload(.transportDestinationPort)]
            return [.family(.v4), .transport(.tcp), .match(Match(fields, .inSet(set.name)))]
        default: return [.family(.v4), .match(Match(.payload(.ipv4Destination), .notInSet(set.name)))]
        }
    }

    /// Chains call later ones only, so that they never go round.
    private mutating func action(_ chain: Int) -> Statement {
        let later = chains.indices.filter { $0 > chain && $0 > 1 }.map { chains[$0] }
        guard !later.isEmpty, chance(1, in: 2) else { return [.accept, .drop, .counter][pick(3)] }
        let target = later[pick(later.count)]
        guard chance(1, in: 3) else { return chance(1, in: 2) ? .jump(target) : .goto(target) }
        let entries = [1, 2].map { VerdictMap.Entry(SetElement(FieldValue(UInt32($0))), .jump(target)) }
        return .verdictMap(VerdictMap(.meta(.mark), mask: FieldValue(UInt32(0xFF)), entries: entries))
    }

    private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    private mutating func chance(_ part: Int, in whole: Int) -> Bool { pick(whole) < part }
}
