package import Bundle
package import ProfileModel

/// What came of compiling a profile.
package struct CompileResult {
    /// Nil when any diagnostic is an error.
    package let bundle: BundleWriter?
    /// In the order of the text.
    package let diagnostics: [Diagnostic]

    package init(bundle: BundleWriter?, diagnostics: [Diagnostic]) {
        self.bundle = bundle
        self.diagnostics = diagnostics
    }
}
