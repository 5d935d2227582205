import ProfileLoader
import ProfileModel
import Testing

func load(_ text: String) -> LoadResult { ProfileLoader.load(Array(text.utf8), fileName: "test.yaml") }

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
