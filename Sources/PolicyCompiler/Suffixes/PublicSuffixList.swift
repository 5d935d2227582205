internal import DNSWire

/// The list of public suffixes in its own format (publicsuffix.org/list): a rule a line, up to the first blank, and
/// comments. Rules of both of its parts count: below a private suffix, too, names are different people's.
struct PublicSuffixList {
    /// The list has a quarter of a mebibyte.
    static let maximumBytes = 4 << 20
    /// Where Debian's package `publicsuffix` puts it.
    static let systemPath = "/usr/share/publicsuffix/public_suffix_list.dat"

    /// Why it cannot be used, for people.
    struct Problem: Error, Equatable {
        /// From 1; nil where no single line is to blame.
        let line: Int?
        let reason: String
    }

    private var rules: [OwnedName: PublicSuffixTable.Rule] = [:]

    init(_ text: [UInt8]) throws(Problem) {
        for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let rule = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\r") }
            guard !rule.isEmpty, !rule.starts(with: [UInt8(ascii: "/"), UInt8(ascii: "/")]) else { continue }
            try add(rule, line: index + 1)
        }
        guard !rules.isEmpty else { throw Problem(line: nil, reason: "it has no rule") }
    }

    /// The list as daemons read it.
    func table() throws(Problem) -> PublicSuffixTable {
        guard let table = PublicSuffixTable(rules) else {
            throw Problem(
                line: nil, reason: "it has more rules, or longer ones, than a list of public suffixes can have")
        }
        return table
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, line: Int) throws(Problem) {
        var kind = PublicSuffixTable.Rule.suffix
        var name = bytes
        if name.first == UInt8(ascii: "!") {
            kind = .exception
            name = name.dropFirst()
        } else if name.starts(with: [UInt8(ascii: "*"), UInt8(ascii: ".")]) {
            kind = .wildcard
            name = name.dropFirst(2)
        } else if Array(name) == [UInt8(ascii: "*")] {
            // What holds for every name that no rule fits.
            return
        }
        guard let text = String(validating: name, as: UTF8.self), let owned = PublicSuffixList.name(text) else {
            throw Problem(line: line, reason: "what is written there is no name")
        }
        rules[owned, default: []].insert(kind)
    }

    /// In lower case, with A-labels.
    private static func name(_ text: String) -> OwnedName? {
        guard !text.contains("*"), !text.contains("\\") else { return nil }
        let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let ascii = labels.compactMap(Punycode.asciiLabel)
        guard ascii.count == labels.count, !ascii.contains("") else { return nil }
        return OwnedName(ascii.joined(separator: "."))
    }
}
