import TestSupport
import Testing

/// What the pages point to is there.
@Suite struct DocumentationTests {
    private struct Page {
        let path: String
        let text: String

        var directory: String { path.split(separator: "/").dropLast().joined(separator: "/") }
    }

    private static let pages: [Page] = {
        let names = TextFile.names(in: "\(Repository.root)/docs").filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        let decisions = TextFile.names(in: "\(Repository.root)/docs/decisions").map { "docs/decisions/\($0)" }
        return (["README.md", "CONTRIBUTING.md"] + names + decisions).map {
            Page(path: $0, text: TextFile.text(of: "\(Repository.root)/\($0)"))
        }
    }()

    @Test func everySourceFileThatIsNamedExists() {
        let files = SourceFile.all.filter { !$0.isTest }
        var checked = 0
        for page in Self.pages {
            for quoted in page.text.split(separator: "`") where quoted.hasSuffix(".swift") && !quoted.contains(" ") {
                guard quoted != "Package.swift" else { continue }
                checked += 1
                let isThere = files.contains { Self.path($0.path, isWrittenAs: quoted) }
                #expect(isThere, "\(page.path) names \(quoted)")
            }
        }
        #expect(checked > 10)
    }

    /// A page whose tables name, for each thing that goes wrong, the tests that hold it.
    struct TestTable: CustomTestStringConvertible {
        let path: String
        /// Columns of a row, and how many of them, the last ones, name tests.
        let columns: Int
        let testColumns: Int
        /// That many tests are named at least.
        let minimum: Int

        var testDescription: String { path }
    }

    /// `Suite.test`: a function, or a row of a suite's table, in a file that is named after the suite.
    @Test(arguments: [
        TestTable(path: "docs/leaks.md", columns: 4, testColumns: 2, minimum: 40),
        TestTable(path: "docs/failures.md", columns: 3, testColumns: 1, minimum: 50),
    ])
    func everyTestThatATableNamesExists(table: TestTable) throws {
        let page = try #require(Self.pages.first { $0.path == table.path })
        let tests = SourceFile.all.filter { $0.isTest && $0.isSwift }
        var checked: Set<Substring> = []
        for row in page.text.split(separator: "\n") where row.hasPrefix("| ") && !row.hasPrefix("| what") {
            let columns = row.split(separator: "|")
            #expect(columns.count == table.columns, "\(row)")
            for column in columns.suffix(table.testColumns) {
                let names = column.split(separator: "`").filter { $0.contains(".") }
                #expect(!names.isEmpty, "no test in \(row)")
                for name in names {
                    checked.insert(name)
                    #expect(tests.contains { Self.file($0, declares: name) }, "no \(name)")
                }
            }
        }
        #expect(checked.count > table.minimum)
    }

    private static func file(_ file: SourceFile, declares name: Substring) -> Bool {
        let words = name.split(separator: ".")
        guard words.count == 2, file.name == "\(words[0]).swift" else { return false }
        let text = TextFile.text(of: "\(Repository.root)/\(file.path)")
        return ["func \(words[1])(", "func `\(words[1])`(", "let \(words[1]) = "].contains(where: text.contains)
    }

    /// Pages name a file by its path, or shortly by its target and its name: `Target/File.swift`.
    private static func path(_ path: String, isWrittenAs text: Substring) -> Bool {
        let (folders, words) = (path.split(separator: "/"), text.split(separator: "/"))
        return path == text || path.hasSuffix("/\(text)")
            || (words.count == 2 && folders.dropLast().contains(words[0]) && folders.last == words[1])
    }

    @Test func everyLinkLeadsSomewhere() {
        for page in Self.pages {
            for piece in page.text.split(separator: "](", omittingEmptySubsequences: false).dropFirst() {
                let target = piece.prefix { $0 != ")" && $0 != "#" }
                guard !target.isEmpty, !target.contains("://") else { continue }
                #expect(
                    TextFile.exists("\(Repository.root)/\(page.directory)/\(target)"), "\(page.path) links to \(target)"
                )
            }
        }
    }
}
