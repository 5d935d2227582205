package import ProfileModel
internal import YAMLSyntax

/// Reads a profile: YAML to the typed model, with everything that is wrong with it, in one run.
package enum ProfileLoader {
    /// `fileName` is what diagnostics are reported under; `files` reads the profiles that this one extends, by their
    /// names relative to it, and the lists of addresses that they name. A text that cannot be read at all has exactly one diagnostic.
    package static func load(
        _ bytes: [UInt8], fileName: String, files: some ProfileFiles = NoProfileFiles()
    ) -> LoadResult {
        var reading = ProfileReading(files: files)
        let family = ProfileFamily(bytes, fileName: fileName, files: files, &reading)
        var profiles: [Profile?] = []
        for member in family.members {
            reading.begin(directories: family.directories, isComplete: member.isComplete)
            let profile = member.tree.flatMap { load($0, &reading) }
            profiles.append(profile)
            // Of values that could not be read nothing can be said.
            guard let profile, !reading.diagnostics.hasErrors else { continue }
            for parent in member.parents.compactMap({ profiles[$0] }) {
                for diagnostic in Refinement(of: parent, by: profile).diagnostics { reading.report(diagnostic) }
            }
        }
        let diagnostics = reading.sortedDiagnostics()
        var profile = diagnostics.hasErrors ? nil : profiles.last.flatMap(\.self)
        profile?.inheritedFiles = family.inheritedFiles
        return LoadResult(
            profile: profile, diagnostics: diagnostics,
            sources: family.sources + reading.listSources)
    }

    private static func load(_ root: YAMLNode, _ reading: inout ProfileReading) -> Profile? {
        let place = Place(node: root, key: Located("", .start(of: root.range.lowerBound.file)))
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
