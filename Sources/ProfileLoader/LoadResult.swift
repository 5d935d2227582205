package import ProfileModel

/// What came of reading a profile.
package struct LoadResult: Sendable {
    /// Nil when any diagnostic is an error.
    package let profile: Profile?
    /// In the order of the text.
    package let diagnostics: [Diagnostic]
    /// The profile, then those that it extends; for `DiagnosticRenderer`.
    package let sources: [SourceFile]

    package init(profile: Profile?, diagnostics: [Diagnostic], sources: [SourceFile]) {
        self.profile = profile
        self.diagnostics = diagnostics
        self.sources = sources
    }
}
