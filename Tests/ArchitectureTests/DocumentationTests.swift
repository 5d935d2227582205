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
                let parts = quoted.split(separator: "/")
                let isThere = files.contains { file in
                    file.path.hasSuffix("/\(parts[parts.count - 1])") && file.path.contains("/\(parts[0])")
                }
                #expect(isThere, "\(page.path) names \(quoted)")
            }
        }
        #expect(checked > 10)
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
