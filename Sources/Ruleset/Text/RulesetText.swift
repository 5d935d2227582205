extension Ruleset {
    /// The ruleset in nft's language. Loading it replaces these tables as a whole and touches no other: each table is
    /// created, deleted and created again in one transaction.
    package var text: String {
        var lines: [String] = []
        for table in tables {
            let name = "\(table.family.rawValue) \(table.name)"
            lines += ["add table \(name)", "delete table \(name)", ""]
        }
        lines += tables.flatMap { $0.textLines }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Table {
    /// `table family name { ... }`; the owner flag is left out, because such a table vanishes when nft exits.
    fileprivate var textLines: [String] {
        var lines = ["table \(family.rawValue) \(name) {"]
        for set in sets { lines += set.textLines.map { "\t" + $0 } }
        for chain in chains {
            if lines.count > 1 { lines.append("") }
            lines += chain.textLines.map { "\t" + $0 }
        }
        return lines + ["}"]
    }
}

extension NamedSet {
    fileprivate var textLines: [String] {
        var lines = ["set \(name) {", "\ttype \(key.map(\.textName).joined(separator: " . "))"]
        var words: [String] = []
        if flags.contains(.constant) { words.append("constant") }
        if flags.contains(.interval) { words.append("interval") }
        if flags.contains(.timeout) { words.append("timeout") }
        if !words.isEmpty { lines.append("\tflags \(words.joined(separator: ","))") }
        if let size { lines.append("\tsize \(size)") }
        if !elements.isEmpty {
            lines.append("\telements = { \(elements.map { $0.text(key) }.joined(separator: ", ")) }")
        }
        return lines + ["}"]
    }
}

extension Chain {
    fileprivate var textLines: [String] {
        var lines = ["chain \(name) {"]
        if let hook { lines.append("\t" + hook.text) }
        lines += rules.map { "\t" + $0.text }
        return lines + ["}"]
    }
}

extension ChainHook {
    var text: String {
        let device = device.map { " device \"\($0)\"" } ?? ""
        return "type \(kind.rawValue) hook \(point.rawValue)\(device) priority \(priority); policy \(policy.rawValue);"
    }
}

extension ChainRule {
    /// One line of nft's language.
    package var text: String {
        let words = statements.map(\.text) + (comment.map { ["comment \"\($0)\""] } ?? [])
        return words.joined(separator: " ")
    }
}
