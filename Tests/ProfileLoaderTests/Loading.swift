import ProfileLoader
import ProfileModel
import Testing

func load(_ text: String) -> LoadResult { ProfileLoader.load(Array(text.utf8), fileName: "test.yaml") }

/// With the files beside it.
func load(_ text: String, _ files: [String: String]) -> LoadResult {
    ProfileLoader.load(Array(text.utf8), fileName: "test.yaml", files: TextFiles(texts: files))
}

/// Files that a test made up.
struct TextFiles: ProfileFiles {
    let texts: [String: String]

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        guard let text = texts[path] else { throw UnreadableFile(reason: "no such file or directory") }
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
