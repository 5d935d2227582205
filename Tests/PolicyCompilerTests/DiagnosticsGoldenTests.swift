import PolicyCompiler
import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// One wrong profile for each code, and what is said about it. After a change that is meant: ENIGM_REWRITE_GOLDEN=1,
/// and read the diff.
@Suite struct DiagnosticsGoldenTests {
    /// A directory of Tests/Diagnostics: `CODE-what-it-is`.
    struct WrongProfile: CustomTestStringConvertible, Sendable {
        let name: String

        static let root = "\(Repository.root)/Tests/Diagnostics"
        static let all = TextFile.names(in: root).map { WrongProfile(name: $0) }

        /// 2026-07-01T00:00:00Z.
        static let now = Timestamp(secondsSinceEpoch: 1_782_864_000)

        var testDescription: String { name }
        var code: String { String(name.prefix(5)) }

        func path(_ file: String) -> String { "\(WrongProfile.root)/\(name)/\(file)" }

        /// The last line as often as the file `repeat` says: what is too large need not lie in the repository.
        var bytes: [UInt8] {
            let text = TextFile.bytes(of: path("profile.yaml"))
            guard let count = Int(TextFile.text(of: path("repeat")).prefix { $0 != "\n" }) else { return text }
            let start = text.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return Array(text[..<start]) + repeatElement(text[start...], count: count).joined()
        }

        /// Everything that is said, as `profile check` would have it.
        func diagnostics() -> (all: [Diagnostic], text: String) {
            let files = Neighbours(directory: path(""))
            let loaded = ProfileLoader.load(bytes, fileName: "profile.yaml", files: files)
            let compiled = loaded.profile.map { PolicyCompiler.compile($0, files: files, now: WrongProfile.now) }
            let all = (loaded.diagnostics + (compiled?.diagnostics ?? [])).sortedByPosition()
            return (all, DiagnosticRenderer(sources: loaded.sources).render(all))
        }
    }

    @Test(arguments: WrongProfile.all) func itIsToldAsExpected(wrong: WrongProfile) {
        let (all, text) = wrong.diagnostics()
        if Golden.isRewriting { TextFile.write(Array(text.utf8), to: wrong.path("expected.txt")) }
        #expect(text == TextFile.text(of: wrong.path("expected.txt")), "\(wrong.name)")
        #expect(all.contains { $0.code.rawValue == wrong.code })
    }

    /// A colleague says what is wrong, where, and what to write instead.
    @Test(arguments: WrongProfile.all) func itIsToldWell(wrong: WrongProfile) {
        for diagnostic in wrong.diagnostics().all.prefix(20) {
            let message = diagnostic.message
            #expect(message.first.map { !$0.isUppercase } ?? false, "\(message)")
            #expect(message.last != "." && diagnostic.help?.last != ".", "\(message)")
            #expect(diagnostic.help != nil, "`\(message)` says nothing of what to do")
        }
    }

    @Test func everyCodeHasOneWrongProfile() {
        let shown = WrongProfile.all.map(\.code)
        #expect(shown == DiagnosticCode.allCases.map(\.rawValue).sorted())
    }
}

/// The files of a directory.
private struct Neighbours: ProfileFiles {
    /// With a `/` at its end.
    let directory: String

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        guard TextFile.exists(directory + path) else { throw UnreadableFile(reason: "no such file or directory") }
        return TextFile.bytes(of: directory + path)
    }
}
