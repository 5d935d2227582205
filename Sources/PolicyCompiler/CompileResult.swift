package import Bundle
package import ProfileModel
package import Ruleset

/// What came of compiling a profile.
package struct CompileResult {
    /// Nil when any diagnostic is an error.
    package let product: Product?
    /// In the order of the text.
    package let diagnostics: [Diagnostic]

    /// The plan, the table that it was lowered to, and the bundle of both.
    package struct Product {
        /// Nil when the stages ended before, or nobody asked for it.
        package var bundle: BundleWriter?
        package let plan: EnforcementPlan
        package let template: RulesetTemplate
    }

    package init(product: Product?, diagnostics: [Diagnostic]) {
        self.product = product
        self.diagnostics = diagnostics
    }

    package var bundle: BundleWriter? { product?.bundle }
}
