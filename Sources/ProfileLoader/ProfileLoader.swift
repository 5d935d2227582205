package import ProfileModel

/// Reads a profile: YAML to the typed model, with everything that is wrong with it, in one run.
package enum ProfileLoader {
    /// `fileName` is what diagnostics are reported under; no file is opened.
    package static func load(_ bytes: [UInt8], fileName: String) -> LoadResult {
        fatalError("not written yet")
    }
}

/// What came of reading a profile.
package struct LoadResult: Sendable {
    /// Nil when any diagnostic is an error.
    package let profile: Profile?
    /// In the order of the text.
    package let diagnostics: [Diagnostic]
    /// For `DiagnosticRenderer`.
    package let source: SourceFile

    package init(profile: Profile?, diagnostics: [Diagnostic], source: SourceFile) {
        self.profile = profile
        self.diagnostics = diagnostics
        self.source = source
    }
}
