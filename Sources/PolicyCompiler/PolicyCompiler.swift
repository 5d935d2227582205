internal import Bundle
package import ProfileModel

/// Turns a profile into a bundle, in stages:
///
/// 1. `RefuseUnsupported`: what this version cannot compile is refused by name, never ignored
/// 2. `CheckLimits`: what the bundle's format cannot carry
/// 3. `CheckOverlaps`, `CheckNames`: rules of one rank that contradict each other; `CheckNetworks`: addresses
///    that are another machine's on another network; `CheckEnds`: rules that are over
/// 4. `EmbedFiles`: the files that the profile names become sections
/// 5. `LowerResolver`: the resolver's settings, every default filled in, every unit the daemon's
/// 6. `LowerEnforcement`: the plan (`EnforcementPlanner`) and the table that means it (`RulesetLowering`)
/// 7. the bundle, and whether its format carries it
///
/// All stages run, so that one run shows everything that is wrong. The result depends on the profile and on the bytes
/// of its files, on nothing else.
package enum PolicyCompiler {
    /// `files` reads what the profile names; the compiler itself opens nothing. With `now` it also says which rules have
    /// ended; the result is the same.
    package static func compile(
        _ profile: Profile, files: some ProfileFiles, through last: CompileStage = .bundle, now: Timestamp? = nil
    ) -> CompileResult {
        var diagnostics = RefuseUnsupported.diagnostics(for: profile)
        diagnostics += CheckLimits.diagnostics(for: profile)
        diagnostics += CheckOverlaps(profile).diagnostics
        diagnostics += CheckNames(profile).diagnostics
        diagnostics += CheckNetworks.diagnostics(for: profile)
        if let now { diagnostics += CheckEnds.diagnostics(for: profile, now: now) }
        let embedding = EmbedFiles(profile, files: files)
        diagnostics += embedding.diagnostics
        diagnostics += LowerResolver.diagnostics(for: profile)
        diagnostics += CheckOwnUnits(profile).diagnostics
        let (plan, reasons) = EnforcementPlanner.plan(profile)
        diagnostics += reasons
        guard let plan, !diagnostics.hasErrors else {
            return CompileResult(product: nil, diagnostics: diagnostics.sortedByPosition())
        }
        let enforcement = LowerEnforcement.settings(for: plan)
        var product = CompileResult.Product(bundle: nil, plan: plan, template: enforcement.template)
        if last != .enforcement {
            let manifest = LowerResolver.manifest(
                for: profile, embedding, enforcement: enforcement)
            let bound = manifest.byteCountBound(sectionCount: embedding.sections.count)
            if last == .bundle || bound > Bundle.maximumManifestBytes {
                let writer = BundleWriter(manifest, sections: embedding.sections.map { ($0.name, $0.content) })
                if let excess = CheckLimits.diagnostic(for: writer, of: profile) { diagnostics.append(excess) }
                product.bundle = writer
            }
        }
        return CompileResult(
            product: diagnostics.hasErrors ? nil : product, diagnostics: diagnostics.sortedByPosition())
    }
}
