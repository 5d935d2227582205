import Foundation
import TestSupport
import Testing

/// `enigmctl profile` tells an author everything at once, and survives any file.
@Suite(.enabled(if: Programs.areBuilt, Programs.missing))
struct ProfileCommandTests {
    private let scratch = ScratchDirectory()

    @Test func tenMistakesGetTenDiagnosticsInOneRun() throws {
        let profile = scratch.write(Self.tenMistakes, to: "mistakes.yaml")
        let result = Programs.enigmctl(["profile", "check", profile])
        #expect(result.status == .exited(1))

        let diagnostics = PrintedDiagnostic.all(in: result.output + result.errors)
        #expect(diagnostics.count == 10, "\(result.output)\(result.errors)")
        #expect(Set(diagnostics.map(\.code)).count == 10, "each mistake has a code of its own")
        let marked = Self.tenMistakes.split(separator: "\n").indices(where: { $0.contains("# <-") })
        let silent = Set(marked.ranges.flatMap { $0.map { $0 + 1 } }).subtracting(diagnostics.map(\.line))
        #expect(silent.isEmpty, "no diagnostic on the lines \(silent.sorted())")
        #expect(diagnostics.allSatisfy { !$0.code.isEmpty && $0.column > 0 && $0.hasCaret && $0.hasHelp })
    }

    @Test func asJSONTheSameDiagnosticsAreOneDocument() throws {
        let profile = scratch.write(Self.tenMistakes, to: "mistakes.yaml")
        let result = Programs.enigmctl(["--json", "profile", "check", profile])
        #expect(result.status == .exited(1))
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        #expect(document?["errors"] as? Int == 10)
        let file = (document?["files"] as? [[String: Any]])?.first
        #expect((file?["diagnostics"] as? [[String: Any]])?.count == 10, "\(result.output)")
    }

    @Test(arguments: Monster.allCases)
    func aFileThatIsNoProfileGetsOneDiagnosticWithinASecond(monster: Monster) {
        let profile = scratch.write(monster.bytes, to: "monster.yaml")
        let start = Moment.now
        let result = Programs.enigmctl(["profile", "check", profile])
        #expect(start.elapsed < .seconds(1))
        #expect(result.status == .exited(1))
        let diagnostics = PrintedDiagnostic.all(in: result.output + result.errors)
        #expect(diagnostics.count == 1, "\(result.output)\(result.errors)")
    }

    @Test func profilesAreShipped() { #expect(Self.shipped.count == 7) }

    @Test(arguments: shipped) func aShippedProfileIsCleanAndPassesItsTests(name: String) {
        let profile = "\(Repository.root)/policy-profiles/\(name)"
        for arguments in [["check", profile], ["test", profile], ["compile", profile, "-o", scratch.path("bundle")]] {
            let result = Programs.enigmctl(["profile"] + arguments)
            #expect(result.status == .exited(0), "\(arguments): \(result.errors)\(result.output)")
        }
    }

    private static let shipped =
        TextFile.names(in: "\(Repository.root)/policy-profiles").filter { $0.hasSuffix(".yaml") }

    enum Monster: CaseIterable {
        case empty
        case threeMegabytesOfBrackets
        case randomBytes

        var bytes: [UInt8] {
            switch self {
            case .empty: []
            case .threeMegabytesOfBrackets: [UInt8](repeating: UInt8(ascii: "["), count: 3 << 20)
            case .randomBytes: (0..<10_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }
            }
        }
    }

    /// Each mistake is marked, save the key that is missing: `default`.
    static let tenMistakes = """
        schema: enigm.network/1
        profile:
          name: mistakes
          version: 1
          colour: blue                                                      # <- unknown key
        subjects:
          browser: { users: [alice] }
        resolver:
          upstreams:
            first: { tls: dns.example, addresses: [203.0.113.999], path: direct }   # <- bad address
            second: { tls: dns.example, addresses: [dns.example.net], path: direct } # <- a name where an address belongs
          cache: { entries: many }                                          # <- wrong type
        rules:
          prefix: { from: browser, to: { addresses: [198.51.100.0/33] }, via: direct } # <- bad prefix
          port: { from: browser, to: { ports: [70000/tcp] }, block: true }  # <- bad port
          who: { from: nobody-here, to: { ports: [443/tcp] }, block: true } # <- unknown subject
          where: { from: browser, to: { ports: [443/tcp] }, via: nowhere }  # <- unknown path
          port: { from: browser, to: { ports: [80/tcp] }, block: true }     # <- duplicate key

        """
}
