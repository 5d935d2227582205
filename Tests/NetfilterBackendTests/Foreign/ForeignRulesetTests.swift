import KernelTestSupport
import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// What other programs have put into the kernel is read whole: nothing fails, no rule is missing, what this model has no
/// words for is opaque, and no two rules that mean something else look the same.
@Suite(
    .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
    .enabled(if: Repository.hasTool("nft"), "no `nft`: run `make deps`"))
struct ForeignRulesetTests {
    @Test(arguments: ForeignCorpus.all)
    func noTwoRulesAreReadAsTheSame(part: ForeignCorpus.Part) throws {
        try KernelNamespace.run {
            let loaded = try ForeignRulesets.loadAlone(part)
            let table = try ForeignRulesets.readTwice(part.family)
            // nft does not list the chains that rules have in themselves.
            let chains = table.chains.filter { !$0.name.hasPrefix("__") }
            #expect(chains.reduce(0) { $0 + $1.rules.count } == ForeignRulesets.ruleCount())
            var known: [[Statement]: String] = [:]
            for rule in loaded {
                let read = try #require(table.chain(rule.chain)?.rules, "\(rule.text)")
                try #require(read.count == 1 && !read[0].statements.isEmpty, "\(rule.text): \(read)")
                let key = read[0].statements + [.opaque(name: read[0].comment ?? "", digest: [])]
                #expect(known[key] == nil, "\(rule.text) is read as \(known[key] ?? ""): \(read[0].text)")
                known[key] = rule.text
            }
        }
    }

    /// What is read without anything opaque, written by us in nft's language, is the same to nft: but for control groups,
    /// which nft wants the paths of, chains that a rule has in itself, and comparisons that are spelled as ranges.
    @Test(arguments: ForeignCorpus.all)
    func whatIsUnderstoodIsUnderstoodRightly(part: ForeignCorpus.Part) throws {
        try KernelNamespace.run {
            let loaded = try ForeignRulesets.loadAlone(part)
            let table = try ForeignRulesets.readTwice(part.family)
            let understood = loaded.filter { rule in
                let rules = table.chain(rule.chain)?.rules ?? []
                return rules.allSatisfy { !$0.hasOpaque }
                    && !["cgroupv2", "jump {", "<=", ">="].contains { rule.text.contains($0) }
            }
            let lines = understood.flatMap { rule in
                let text = table.chain(rule.chain)?.rules[0].text ?? ""
                let copy = "\(part.family.rawValue) \(ForeignRulesets.table) again_\(rule.chain)"
                return ["add chain \(copy)", "add rule \(copy) \(text)"]
            }
            let result = ForeignRulesets.nft(lines.joined(separator: "\n"))
            try #require(result.status == .exited(0), "\(result.errors)")
            let listing = ForeignRulesets.listing(part.family)
            for rule in understood {
                #expect(listing["again_\(rule.chain)"] == listing[rule.chain], "\(rule.text)")
            }
            #expect(part.family != .inet || understood.count > 60, "\(understood.count)")
        }
    }

    /// Rules have the same meaning wherever they stand: many together are read as each of them alone.
    @Test(arguments: ForeignCorpus.all)
    func manyRulesAreReadAsEachOfThem(part: ForeignCorpus.Part) throws {
        // These make sets and chains with names of the kernel's.
        let rules = part.rules.filter {
            !$0.hasPrefix("meter") && !$0.contains("{ accept;") && !$0.contains("{ ip saddr 192.0.2.1 drop;")
        }
        let alone = try ForeignRulesets.alone(ForeignCorpus.Part(family: part.family, table: part.table, rules: rules))
        var random = SplitMix(state: 11)
        let sizes = Array(repeating: 25, count: 20) + [part.family == .inet ? 1_000 : 100]
        for size in sizes {
            let chosen = (0..<size).map { _ in alone[Int.random(in: alone.indices, using: &random)] }
            try KernelNamespace.run {
                let table = ForeignRulesets.table
                let lines = chosen.enumerated().map { index, rule in
                    "add rule \(part.family.rawValue) \(table) c\(index % 5) \(rule.text)"
                }
                let chains = (0..<5).map { "chain c\($0) { }" }.joined(separator: "\n")
                let script = "table \(part.family.rawValue) \(table) {\n\(part.table)\n\(chains)\n}\n"
                let result = ForeignRulesets.nft(script + lines.joined(separator: "\n"))
                try #require(result.status == .exited(0), "\(result.errors)")
                let read = try ForeignRulesets.readTwice(part.family)
                for number in 0..<5 {
                    let expected = chosen.indices.filter { $0 % 5 == number }.map { chosen[$0].statements }
                    let found = read.chain("c\(number)")?.rules.map(\.statements) ?? []
                    try #require(found.count == expected.count)
                    for (index, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
                        Issue.record("\(chosen[index * 5 + number].text): \(pair.0) instead of \(pair.1)")
                    }
                }
            }
        }
    }

    @Test func noTwoTablesAreReadAsTheSame() throws {
        let scripts =
            ForeignCorpus.tableParts.map { "table inet \(ForeignRulesets.table) {\n\($0)\n}" }
            + ForeignCorpus.baseChains.map { $0.replacing(" t {", with: " \(ForeignRulesets.table) {") }
        try KernelNamespace.run {
            try #require(CommandResult.run("ip", ["link", "add", "en0", "type", "veth"]).status == .exited(0))
            var known: [Ruleset: String] = [:]
            for script in scripts {
                let result = ForeignRulesets.nft("flush ruleset\n" + script)
                guard try ForeignRulesets.isTaken(result, script, .inet) else { continue }
                let connection = try NetfilterConnection()
                let read = try connection.readRuleset().canonical
                #expect(read == (try connection.readRuleset().canonical), "\(script)")
                try #require(read.tables.count == 1)
                #expect(known[read] == nil, "\(script) is read as \(known[read] ?? "")")
                known[read] = script
            }
            #expect(known.count * 8 > scripts.count * 7)
        }
    }

    /// Rare things together: nothing is lost of what counts, and what was read says all of it in the bundle's own form.
    @Test func oddThingsAreRead() throws {
        try KernelNamespace.run {
            let result = ForeignRulesets.nft(ForeignCorpus.oddities)
            try #require(result.status == .exited(0), "\(result.errors)")
            let table = try ForeignRulesets.readTwice(.inet)
            let names = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "m1", "m2", "m3", "m4", "m5"]
            #expect(Set(names).subtracting(table.sets.map(\.name) + table.others.map(\.name)) == [])
            #expect(table.chains.reduce(0) { $0 + $1.rules.count } == ForeignRulesets.ruleCount())
            #expect(table.chain("c1")?.hook?.priority == -145)
            let tables = try NetfilterConnection().readForeignTables(besides: [])
            #expect(tables.map(\.name) == [ForeignRulesets.table])
        }
    }

    /// nft's own examples, where they are installed.
    @Test(.enabled(if: TextFile.isDirectory(ForeignRulesets.examples), "nft's examples are not installed"))
    func everyExampleIsRead() throws {
        nonisolated(unsafe) var readable = 0
        for name in TextFile.names(in: ForeignRulesets.examples) where name.hasSuffix(".nft") {
            try KernelNamespace.run {
                let file = "\(ForeignRulesets.examples)/\(name)"
                guard CommandResult.run("nft", ["-f", file]).status == .exited(0) else { return }
                let rules = try NetfilterConnection().readRuleset().tables.flatMap(\.chains).flatMap(\.rules)
                #expect(rules.count == ForeignRulesets.ruleCount(), "\(name)")
                readable += 1
            }
        }
        #expect(readable >= 8)
    }
}

extension ChainRule {
    fileprivate var hasOpaque: Bool {
        statements.contains { if case .opaque = $0 { true } else { false } }
    }
}
