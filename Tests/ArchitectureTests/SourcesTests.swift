import TestSupport
import Testing

/// Rules that the words of the sources themselves must keep.
@Suite struct SourcesTests {
    private let everything = SourceFile.all
    private let sources = SourceFile.all.filter { $0.isSwift && !$0.isTest }

    private func target(of file: SourceFile) -> String {
        SourceFile.benchmarks.first { file.path.hasPrefix("\($0.value)/") }?.key
            ?? String(file.path.split(separator: "/")[1])
    }

    /// `unsafe` lives where C lives.
    @Test func unsafeCodeStaysInItsFence() {
        let fence: Set = [
            "Cryptography", "HTTP2Engine", "LabPeers", "LinuxIO", "NetfilterBackend", "TLSEngine", "YAMLSyntax",
        ]
        for file in sources where !fence.contains(target(of: file)) {
            let words = file.code.words
            #expect(!words.contains("unsafe") && !words.contains("@unsafe"), "\(file.path) uses `unsafe`")
        }
    }

    /// System calls are made by the importers of the C seams; ArgumentParser is for the commands people type.
    @Test func foreignModulesAreImportedWhereTheyBelong() {
        let seams: Set = ["Cryptography", "LabPeers", "LinuxIO", "NetfilterBackend", "TLSEngine", "YAMLSyntax"]
        let commands: Set = ["enigm-bench", "enigm-lab", "enigm-macrobench", "enigmctl"]
        let own = Set(LayerTable.ofThisPackage.rows.map(\.name))
        for file in sources {
            var allowed = own.union(["Synchronization"])
            if seams.contains(target(of: file)) { allowed.insert("Glibc") }
            if commands.contains(target(of: file)) { allowed.insert("ArgumentParser") }
            let foreign = Set(file.code.imports).subtracting(allowed)
            #expect(foreign.isEmpty, "\(file.path) imports \(foreign.sorted())")
        }
    }

    @Test func nothingIsConcurrentByLanguage() {
        let forbidden: Set<Substring> = ["async", "await", "actor", "Task", "@MainActor", "TaskGroup"]
        for file in sources {
            let used = forbidden.intersection(file.code.words)
            #expect(used.isEmpty, "\(file.path) uses \(used.sorted())")
        }
    }

    @Test func nothingIsPublic() {
        for file in everything where file.isSwift {
            #expect(!file.code.words.contains("public"), "\(file.path) declares something `public`")
        }
    }

    @Test func namesSayWhatIsInside() {
        let vague = ["Utils", "Util", "Utilities", "Helper", "Helpers", "Common", "Manager", "Misc"]
        for file in everything {
            let stem = file.name.split(separator: ".")[0]
            #expect(!vague.contains { stem.hasSuffix($0) }, "\(file.path)")
        }
    }

    @Test func filesAreShort() {
        for file in everything { #expect(file.lineCount <= 500, "\(file.path) has \(file.lineCount) lines") }
        let lengths = everything.map(\.lineCount).sorted()
        #expect(lengths.count > 30)
        #expect(lengths[lengths.count / 2] <= 150)
    }

    @Test func everyLibraryHasATestTarget() throws {
        let tests = Set(try Manifest.ofThisPackage().targets.filter(\.isTest).map(\.name))
        for row in LayerTable.ofThisPackage.rows where (1...5).contains(row.layer) {
            #expect(tests.contains("\(row.name)Tests"), "\(row.name) has no test target")
        }
    }

    @Test func everyTestTargetAsserts() throws {
        for target in try Manifest.ofThisPackage().targets where target.type == "test" {
            let files = SourceFile.swift(ofTest: target.name)
            let words = files.map(\.code.words)
            #expect(words.contains { $0.contains("@Test") }, "\(target.name) has no test")
            for (file, used) in zip(files, words) where used.contains("@Test") {
                let asserts = used.contains("#expect") || used.contains("#require")
                #expect(asserts, "\(file.path) has tests that assert nothing")
            }
        }
    }
}
