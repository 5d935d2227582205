import KernelTestSupport
import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// Loads foreign rules into the namespace of the thread, by nft, and reads them by our own reader.
enum ForeignRulesets {
    static let table = "foreign"
    static let examples = "/usr/share/doc/nftables/examples"

    struct Rule: Sendable {
        let chain: String
        let text: String
    }

    struct ReadRule: Sendable {
        let text: String
        let statements: [Statement]
    }

    /// Each rule into a chain of its own, but those that this kernel has reason to refuse.
    static func loadAlone(_ part: ForeignCorpus.Part) throws -> [Rule] {
        let family = part.family.rawValue
        let made = nft("table \(family) \(table) {\n\(part.table)\n}")
        try #require(made.status == .exited(0), "\(made.errors)")
        var loaded: [Rule] = []
        for (index, text) in part.rules.enumerated() {
            let chain = "r\(index)"
            let result = nft("add chain \(family) \(table) \(chain)\nadd rule \(family) \(table) \(chain) \(text)")
            if try isTaken(result, text, part.family) { loaded.append(Rule(chain: chain, text: text)) }
        }
        return loaded
    }

    /// What each rule that this kernel takes is read as.
    static func alone(_ part: ForeignCorpus.Part) throws -> [ReadRule] {
        nonisolated(unsafe) var rules: [ReadRule] = []
        try KernelNamespace.run {
            let loaded = try loadAlone(part)
            let read = try readTwice(part.family)
            rules = loaded.map {
                ReadRule(text: $0.text, statements: read.chain($0.chain)?.rules[0].statements ?? [])
            }
        }
        return rules
    }

    /// False when the kernel refused it for a reason that is known. What nft does not understand is a mistake of the
    /// test.
    static func isTaken(_ result: CommandResult, _ text: String, _ family: TableFamily) throws -> Bool {
        if result.status == .exited(0) { return true }
        let isKernels = result.errors.contains("Could not process rule")
        try #require(isKernels && ForeignCorpus.obstacle(to: text, in: family) != nil, "\(text): \(result.errors)")
        return false
    }

    static func readTwice(_ family: TableFamily) throws -> Table {
        let connection = try NetfilterConnection()
        let (first, second) = (try connection.readRuleset().canonical, try connection.readRuleset().canonical)
        #expect(first == second)
        return try #require(first.table(family, table))
    }

    static func nft(_ script: String) -> CommandResult {
        let scratch = ScratchDirectory()
        return CommandResult.run("nft", ["-f", scratch.write(script + "\n", to: "script.nft")])
    }

    /// As nft counts them.
    static func ruleCount() -> Int {
        CommandResult.run("nft", ["-j", "list", "ruleset"]).output.split(separator: "{\"rule\": {").count - 1
    }

    /// The lines of each chain, as nft prints them.
    static func listing(_ family: TableFamily) -> [String: [Substring]] {
        var lines: [String: [Substring]] = [:]
        var chain: String?
        for line in CommandResult.run("nft", ["-s", "list", "table", family.rawValue, table]).output.split(
            separator: "\n")
        {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.first == "chain" { chain = String(words[1]) } else if words == ["}"] { chain = nil }
            if let chain, words.first != "chain" { lines[chain, default: []].append(line) }
        }
        return lines
    }
}
