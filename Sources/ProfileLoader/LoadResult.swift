package import ProfileModel

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
