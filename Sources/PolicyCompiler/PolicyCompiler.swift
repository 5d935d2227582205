internal import Bundle
package import ProfileModel

/// Turns a profile into a bundle, in stages; each is a type of its own under `Stages`:
///
/// 1. `RefuseUnsupported`: what this version cannot compile is refused by name, never ignored
/// 2. `CheckLimits`: what the bundle's format cannot carry
/// 3. `EmbedFiles`: the files that the profile names become sections
/// 4. `LowerResolver`: the resolver's settings, every default filled in, every unit the daemon's
///
/// All stages run, so that one run shows everything that is wrong. The result depends on the profile and on the bytes
/// of its files, on nothing else.
package enum PolicyCompiler {
    /// `files` reads what the profile names; the compiler itself opens nothing.
    package static func compile(_ profile: Profile, files: some ProfileFiles) -> CompileResult {
        var diagnostics = RefuseUnsupported.diagnostics(for: profile)
        diagnostics += CheckLimits.diagnostics(for: profile)
        let embedding = EmbedFiles(profile, files: files)
        diagnostics += embedding.diagnostics
        diagnostics += LowerResolver.diagnostics(for: profile)
        let sorted = diagnostics.sortedByPosition()
        guard !sorted.hasErrors else { return CompileResult(bundle: nil, diagnostics: sorted) }
        var writer = LowerResolver.writer(for: profile, certificateSections: embedding.certificateSections)
        for section in embedding.sections { writer.addSection(named: section.name, section.content) }
        return CompileResult(bundle: writer, diagnostics: sorted)
    }
}
