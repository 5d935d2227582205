import Bundle
import KernelTestSupport
import NetfilterBackend
import NetworkTypes
import PolicyCompiler
import Ruleset
import TestSupport
import Testing

/// Long lists of addresses become sets of the table.
@Suite struct LargeSetsTests {
    /// `count` single addresses of 10.0.0.0/8, no neighbours.
    static func list(_ count: Int) -> [UInt8] {
        Array((0..<count).map { "10.\($0 >> 14 & 255).\($0 >> 6 & 255).\($0 << 2 & 255)\n" }.joined().utf8)
    }

    private static let profile = """
        schema: enigm.network/1
        profile: { name: lists, version: 1 }
        subjects: { browser: { users: [alice] } }
        resolver: { upstreams: { main: { tls: dns.example, addresses: [198.51.100.53], path: direct } } }
        default: { block: true }
        rules:
          first: { from: any, to: { lists: [long.txt], ports: [443/tcp, 80-90/udp] }, via: direct, log: true }
          second: { from: browser, to: { lists: [long.txt] }, via: direct }
          third: { from: any, to: { lists: [short.txt], ports: [22/tcp] }, via: direct }

        """

    private static func table(_ count: Int) throws -> Table {
        let files = ["long.txt": list(count), "short.txt": list(40)]
        return try #require(compile(profile, files: files).product).template.table
    }

    @Test func aLongListIsOneSetForAllItsRules() throws {
        let table = try Self.table(2000)
        let lists = table.sets.filter { $0.name.hasPrefix("list") }
        // The addresses, and their forms behind translators.
        #expect(lists.map(\.key) == [[.ipv4Address], [.ipv6Address]])
        #expect(lists.allSatisfy { $0.elements.count == 2000 && $0.flags == .interval })
        let text = Ruleset(tables: [table]).text
        // Two transports and what logs them, and the rule of the other subject.
        for list in lists {
            #expect(text.split(separator: "\n").count { $0.contains("@\(list.name) ") } == 5, "\(text)")
        }
        #expect(text.contains("10.0.0.4, 10.0.0.8"), "a short list stays in its rule")
    }

    @Test func itsNameIsItsContent() throws {
        let names = try [2000, 2000, 2001].map { try Self.table($0).sets.map(\.name).filter { $0.hasPrefix("list4_") } }
        #expect(names[0] == names[1] && names[0] != names[2])
    }

    @Test func aListThatIsNotLongStaysInItsRule() throws {
        #expect(try Self.table(1024).sets.allSatisfy { !$0.name.hasPrefix("list") })
    }

    @Test(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
    func theKernelHoldsTheSameHoweverItIsLoaded() throws {
        let table = try Self.table(3000)
        let scratch = ScratchDirectory()
        let text = scratch.write(Ruleset(tables: [table]).text, to: "ruleset.nft")
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            let result = CommandResult.run("nft", ["-f", text])
            #expect(result.status == .exited(0), "\(result.errors)")
            #expect(try connection.readTable(.inet, "enigm")?.differences(from: table) == [])
            var batch = NetfilterBatch()
            batch.replace(table)
            try connection.commit(batch)
            #expect(try connection.readTable(.inet, "enigm")?.differences(from: table) == [])
        }
    }

    /// The most that the goals speak of, and twice as much.
    @Test(arguments: [100_000, 200_000]) func largeListsFitABundle(count: Int) throws {
        let writer = try #require(
            compile(Self.profile, files: ["long.txt": Self.list(count), "short.txt": Self.list(1)]).bundle)
        #expect(writer.manifestByteCount < 100_000)
        #expect(writer.encoded().count > 8 * count)
    }
}
