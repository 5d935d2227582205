import KernelTestSupport
import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// Against the kernel of this machine, in a network namespace of the test's own; `nft` is the oracle.
@Suite(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
struct KernelRoundTripTests {
    @Test func whatIsAppliedIsReadBackTheSame() throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            var batch = NetfilterBatch()
            batch.replace(ExampleRuleset.table)
            try connection.commit(batch)
            let read = try #require(try connection.readTable(.inet, "enigm_test"))
            #expect(read.differences(from: ExampleRuleset.table) == [])
        }
    }

    @Test func whatNftLoadsFromOurTextIsReadBackTheSame() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let text = Ruleset(tables: [ExampleRuleset.table]).text
            let file = scratch.write(text, to: "ruleset.nft")
            let result = CommandResult.run("nft", ["-f", file])
            #expect(result.status == .exited(0), "\(result.errors)\n\(text)")
            let read = try #require(try NetfilterConnection().readTable(.inet, "enigm_test"))
            #expect(read.differences(from: ExampleRuleset.table) == [])
        }
    }

    @Test func aDryRunIsCheckedAndForgotten() throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            let before = try connection.generation().identifier
            var batch = NetfilterBatch()
            batch.replace(ExampleRuleset.table)
            try connection.check(batch)
            #expect(try connection.generation().identifier == before)
            #expect(try connection.readTable(.inet, "enigm_test") == nil)

            var broken = ExampleRuleset.table
            broken.chains[2].rules.append(ChainRule(.verdict(.jump("nowhere"))))
            var refused = NetfilterBatch()
            refused.replace(broken)
            var failure: NetfilterFailure?
            do { try connection.check(refused) } catch { failure = error as? NetfilterFailure }
            let index = broken.chains[2].rules.count - 1
            #expect(failure == .refused([.init(part: .rule(chain: "output", index: index), errno: 2)]))
        }
    }

    @Test func aStaleGenerationIsRefusedWhole() throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            let generation = try connection.generation().identifier
            #expect(CommandResult.run("nft", ["add", "table", "inet", "foreign"]).status == .exited(0))
            var batch = NetfilterBatch()
            batch.replace(ExampleRuleset.table)
            var failure: NetfilterFailure?
            do { try connection.commit(batch, expecting: generation) } catch { failure = error as? NetfilterFailure }
            #expect(failure == .stale)
            #expect(try connection.readTable(.inet, "enigm_test") == nil)
            try connection.commit(batch, expecting: try connection.generation().identifier)
            #expect(try connection.readRuleset().tables.map(\.name).sorted() == ["enigm_test", "foreign"])
        }
    }
}
