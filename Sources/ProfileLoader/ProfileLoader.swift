internal import ProfileModel
internal import YAMLSyntax

/// Reads a profile: YAML to the typed model, with everything that is wrong with it, in one run.
package enum ProfileLoader {
    /// `fileName` is what diagnostics are reported under; no file is opened. A text that cannot be read at all has
    /// exactly one diagnostic.
    package static func load(_ bytes: [UInt8], fileName: String) -> LoadResult {
        let source = SourceFile(name: fileName, bytes: bytes)
        let yaml = YAMLReading(bytes)
        var reading = ProfileReading()
        for problem in yaml.problems { reading.report(problem.diagnostic) }
        let profile = yaml.root.flatMap { load($0, &reading) }
        let diagnostics = reading.sortedDiagnostics()
        return LoadResult(profile: diagnostics.hasErrors ? nil : profile, diagnostics: diagnostics, sources: [source])
    }

    private static func load(_ root: YAMLNode, _ reading: inout ProfileReading) -> Profile? {
        let place = Place(node: root, key: Located("", .start))
        guard case .mapping = root.content else {
            reportRoot(place, &reading)
            return nil
        }
        let profile = ProfileGrammar.form.read(place, &reading)
        reading.checkReferences()
        return profile
    }

    private static func reportRoot(_ place: Place, _ reading: inout ProfileReading) {
        if case .unreadable = place.node.content { return }
        reading.report(
            .wrongType, "a profile is a mapping", at: place.range, help: "start with `schema: \(Profile.schema)`")
    }
}
