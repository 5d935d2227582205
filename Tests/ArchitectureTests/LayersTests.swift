import TestSupport
import Testing

/// The table of layers itself, against its own rules, Package.swift and the imports of the sources.
@Suite struct LayersTests {
    private let table = LayerTable.ofThisPackage

    @Test func everyLineIsReadAndEveryNameIsUniqueAndKnown() {
        #expect(table.unreadable.isEmpty)
        #expect(table.rows.count > 20)
        let names = table.rows.map(\.name)
        #expect(Set(names).count == names.count)
        for row in table.rows {
            #expect(
                Set(row.dependencies).isSubset(of: names), "\(row.name) depends on something that is not in the table")
        }
    }

    @Test func rowsAndDependenciesAreSorted() {
        for row in table.rows { #expect(row.dependencies == row.dependencies.sorted(), "\(row.name)") }
        let keys = table.rows.map { "\($0.layer) \($0.name)" }
        #expect(keys == keys.sorted())
    }

    /// Strictly downward, hence without a cycle.
    @Test func dependenciesPointToLowerLayers() {
        for row in table.rows {
            for dependency in row.dependencies.compactMap({ table[$0] }) {
                #expect(
                    dependency.layer < row.layer,
                    "\(row.name) (\(row.layer)) -> \(dependency.name) (\(dependency.layer))")
            }
        }
    }

    @Test func theTableIsEqualToTheManifest() throws {
        let targets = try Manifest.ofThisPackage().targets.filter { !$0.isTest }
        #expect(Set(targets.map(\.name)) == Set(table.rows.map(\.name)))
        for target in targets {
            #expect(target.packageDependencies.sorted() == table[target.name]?.dependencies, "\(target.name)")
        }
    }

    @Test func filesImportOnlyWhatTheTableAllows() {
        let own = Set(table.rows.map(\.name))
        for row in table.rows {
            for file in SourceFile.swift(ofTarget: row.name) {
                let forbidden = Set(file.code.imports).intersection(own).subtracting(row.dependencies)
                #expect(forbidden.isEmpty, "\(file.path) imports \(forbidden.sorted())")
            }
        }
    }

    /// An edge that no file needs is a promise that nobody gave.
    @Test func everyEdgeIsUsed() {
        for row in table.rows where row.layer > 0 {
            let imported = Set(SourceFile.swift(ofTarget: row.name).flatMap(\.code.imports))
            let unused = Set(row.dependencies).subtracting(imported)
            #expect(unused.isEmpty, "\(row.name) declares \(unused.sorted()) and never imports it")
        }
    }

    @Test func everyDirectoryOfSourcesIsATarget() {
        let directories = Set(TextFile.names(in: "\(Repository.root)/Sources"))
        #expect(directories == Set(table.rows.map(\.name)).subtracting(SourceFile.benchmarks.keys))
    }

    /// Who may meet which C library, and hence hold unsafe code for it.
    private static let owners = [
        "CAllocationCounter": ["enigm-bench"],
        "CLinux": ["LinuxIO"],
        "CNetfilter": ["NetfilterBackend"],
        "CNghttp2": ["HTTP2Engine", "LabPeers"],
        "COpenSSL": ["Cryptography", "LabPeers", "TLSEngine"],
        "CYAML": ["YAMLSyntax"],
    ]

    @Test func aSeamIsImportedByItsOwners() {
        #expect(Set(table.rows.filter { $0.layer == 0 }.map(\.name)) == Set(Self.owners.keys))
        for (seam, owners) in Self.owners {
            let importers = table.rows.map(\.name).filter { name in
                SourceFile.swift(ofTarget: name).contains { $0.code.imports.contains(seam) }
            }
            #expect(importers.sorted() == owners, "importers of \(seam)")
        }
    }

    /// Who speaks TLS links libssl; who imports its module for libcrypto alone does not.
    private static let speakers: Set = ["LabPeers", "TLSEngine"]

    @Test func everyTargetIsBuiltWithTheProjectsSettings() throws {
        let expected: Set = [
            "swiftLanguageMode", "treatAllWarnings", "enableUpcomingFeature", "enableExperimentalFeature",
        ]
        let seams: Set = ["CAllocationCounter", "CLinux", "CNetfilter", "CNghttp2", "COpenSSL", "CYAML"]
        for target in try Manifest.ofThisPackage().targets where !seams.contains(target.name) {
            let safety: Set = target.isTest ? [] : ["strictMemorySafety"]
            // How a program is linked when it is shipped.
            let linking: Set =
                target.isProgram ? ["unsafeFlags"] : Self.speakers.contains(target.name) ? ["linkedLibrary"] : []
            #expect(Set(target.settings.map(\.name)) == expected.union(safety).union(linking), "\(target.name)")
        }
    }
}
