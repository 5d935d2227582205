import KernelTestSupport
@testable import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// A table that stands in the kernel is changed in place.
@Suite(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
struct TableChangeTests {
    private static let pairs = 150

    /// Random tables one after another, each from the one before: what the kernel then holds is what was wanted, and the
    /// kernel has taken every change that there was a way for.
    @Test func whatIsChangedInPlaceIsReadBackTheSame() throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            var random = RandomTable(SplitMix(state: 7))
            var changes = 0
            var wanted = random.next("enigm_test")
            try replace(wanted, connection)
            for number in 0..<TableChangeTests.pairs {
                let standing = try #require(try connection.readStandingTable(.inet, "enigm_test"))
                wanted = number % 4 == 0 ? random.next("enigm_test") : random.change(wanted)
                var batch = NetfilterBatch()
                if batch.change(standing.spelled(as: standing.table), to: wanted) {
                    try connection.commit(batch, expecting: try connection.generation().identifier)
                    changes += 1
                } else {
                    try replace(wanted, connection)
                }
                let read = try #require(try connection.readTable(.inet, "enigm_test"))
                try #require(read.differences(from: wanted) == [], "pair \(number)")
            }
            #expect(changes > TableChangeTests.pairs / 2, "only \(changes) were changed in place")
        }
    }

    /// A message for the rule, none for the others.
    @Test func aChangeOfOneRuleSendsThatRule() throws {
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            let rules = (0..<30).map { ChainRule(.mark(0xFF, is: UInt32($0)), .counter) }
            var table = Table(.inet, "enigm_test", chains: [Chain("c", rules: rules)])
            try replace(table, connection)
            let standing = try #require(try connection.readStandingTable(.inet, "enigm_test"))
            table.chains[0].rules[4] = ChainRule(.drop)
            var batch = NetfilterBatch()
            let isInPlace = batch.change(standing, to: table)
            #expect(isInPlace)
            #expect(batch.parts == [.rule(chain: "c", index: 4)])
            try connection.commit(batch)
            #expect(try connection.readTable(.inet, "enigm_test")?.differences(from: table) == [])
        }
    }

    private func replace(_ table: Table, _ connection: borrowing NetfilterConnection) throws {
        var batch = NetfilterBatch()
        batch.replace(table)
        try connection.commit(batch)
    }
}
