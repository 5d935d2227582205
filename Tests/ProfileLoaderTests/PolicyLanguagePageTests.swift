import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// docs/policy-language.md says what the grammar and the codes say.
@Suite struct PolicyLanguagePageTests {
    private static let lines = TextFile.text(of: "\(Repository.root)/docs/policy-language.md")
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

    @Test func itsExamplesAreOneProfile() {
        var isExample = false
        var profile = ""
        for line in Self.lines {
            if line.hasPrefix("```") { isExample = line == "```yaml" } else if isExample { profile += line + "\n" }
        }
        let result = load(profile)
        #expect(result.profile != nil && result.diagnostics.isEmpty, "\(result.rendered)")
    }

    @Test func itShowsEveryKeyWithItsHelp() {
        var keys: [KeyShape] = []
        Self.collect(ProfileGrammar.shape, into: &keys)
        #expect(keys.count > 80)
        for key in keys {
            let isThere = Self.lines.contains { $0.hasPrefix("| `\(key.name)` | \(key.help) |") }
            #expect(isThere, "no row for `\(key.name)`: \(key.help)")
        }
    }

    @Test func itListsExactlyTheCodesThereAre() {
        let listed = Self.lines.filter { $0.hasPrefix("| `P") }.compactMap {
            $0.split(separator: "`").dropFirst().first
        }
        #expect(listed.map(String.init) == DiagnosticCode.allCases.map(\.rawValue).sorted())
    }

    /// In the order of the grammar.
    @Test func itSaysWhatAChildMayWriteUnderEveryKey() {
        var expected: [String] = []
        inherited(ProfileGrammar.shape, "", into: &expected)
        let start = Self.lines.firstIndex { $0.hasPrefix("| key | a child may write") } ?? Self.lines.endIndex
        let written = Self.lines[start...].dropFirst(2).prefix { $0.hasPrefix("|") }
        #expect(Array(written) == expected, "\(expected.joined(separator: "\n"))")
    }

    private func inherited(_ shape: Shape, _ path: String, into rows: inout [String]) {
        switch shape {
        case .record(let record):
            for key in record.keys {
                let inner = path.isEmpty ? key.name : "\(path).\(key.name)"
                if key.inheritance == .within {
                    inherited(key.shape, inner, into: &rows)
                } else {
                    rows.append("| `\(inner)` | \(key.inheritance.text) |")
                }
            }
        case .table(_, let entry, _): inherited(entry, path, into: &rows)
        case .either(let shapes): for shape in shapes { inherited(shape, path, into: &rows) }
        case .scalar, .choice, .reference, .list: break
        }
    }

    static func collect(_ shape: Shape, into keys: inout [KeyShape]) {
        switch shape {
        case .record(let record):
            keys += record.keys
            for key in record.keys { collect(key.shape, into: &keys) }
        case .list(let element, _): collect(element, into: &keys)
        case .table(_, let entry, _): collect(entry, into: &keys)
        case .either(let shapes): for shape in shapes { collect(shape, into: &keys) }
        case .scalar, .choice, .reference: break
        }
    }
}
