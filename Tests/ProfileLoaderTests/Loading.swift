import ProfileLoader
import ProfileModel
import Testing

func load(_ text: String) -> LoadResult { load(text, [:]) }

/// With the files beside it.
func load(_ text: String, _ files: [String: String]) -> LoadResult {
    ProfileLoader.load(Array(text.utf8), fileName: "test.yaml", files: TextFiles(texts: files))
}

/// Files that a test made up.
struct TextFiles: ProfileFiles {
    let texts: [String: String]

    /// The lists that the examples name.
    private static let lists = [
        "lists/branch.txt": "# The branch office.\n192.0.2.0/25\n2001:db8:b::/48 ; since May\n",
        "lists/office.txt": "192.0.2.0/24\n", "lists/more.txt": "198.18.0.0/15\n",
    ]

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        guard let text = texts[path] ?? TextFiles.lists[path] else {
            throw UnreadableFile(reason: "no such file or directory")
        }
        guard text.utf8.count <= limitBytes else { throw UnreadableFile(reason: "it is too large") }
        return Array(text.utf8)
    }
}

extension LoadResult {
    var rendered: String { DiagnosticRenderer(sources: sources).render(diagnostics) }

    var codes: [DiagnosticCode] { diagnostics.map(\.code) }
}

/// A minimal profile with other lines added at its end.
func minimal(_ more: String) -> String { FullProfile.minimal + "\n" + more }

/// Expects these codes, in the order of the text, and a profile only when none is an error.
func expect(_ text: String, _ codes: DiagnosticCode..., sourceLocation: Testing.SourceLocation = #_sourceLocation) {
    let result = load(text)
    #expect(result.codes == codes, "\(result.rendered)", sourceLocation: sourceLocation)
    #expect((result.profile == nil) == result.diagnostics.hasErrors, sourceLocation: sourceLocation)
}
