import KernelTestSupport
@testable import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// Every form that we write means to the kernel what nft prints for it and what our text says to nft.
@Suite struct EveryFormTests {
    @Test func everyKindHasARow() {
        let statements = EveryForm.rows.flatMap(\.statements)
        #expect(Set(statements.compactMap(EveryForm.kind)) == Set(0..<EveryForm.kindCount))
        let operations = statements.compactMap { if case .match(let match) = $0 { match.operation } else { nil } }
        #expect(Set(operations.map(EveryForm.kind)) == Set(0..<EveryForm.operationCount))
        var encoder = StatementEncoder(firstIdentifier: 1)
        for statement in statements { encoder.encode(statement) }
        let kinds = Set(encoder.expressions.compactMap(\.kind))
        #expect(kinds == Set(ExpressionKind.allCases))
    }

    @Test(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
    func ourBytesAndOurTextAreTheSame() throws {
        let table = EveryForm.table
        nonisolated(unsafe) var listing: [Substring] = []
        try KernelNamespace.run {
            let connection = try NetfilterConnection()
            var batch = NetfilterBatch()
            batch.replace(table)
            try connection.commit(batch)
            expectEqual(try #require(try connection.readTable(.inet, table.name)), table, "our bytes")
            listing = EveryFormTests.listing()
        }
        try load(Ruleset(tables: [table]).text, "our text", expecting: listing)
        try load(listing.joined(separator: "\n") + "\n", "what nft prints for our bytes", expecting: listing)
    }

    /// Into a namespace of its own, by nft.
    private func load(_ text: String, _ name: String, expecting listing: [Substring]) throws {
        try KernelNamespace.run {
            let file = ScratchDirectory()
            let result = CommandResult.run("nft", ["-f", file.write(text, to: "ruleset.nft")])
            try #require(result.status == .exited(0), "\(name): \(result.errors.prefix(2_000))")
            let read = try #require(try NetfilterConnection().readTable(.inet, EveryForm.table.name))
            expectEqual(read, EveryForm.table, name)
            let changes = EveryFormTests.listing().difference(from: listing)
            #expect(changes.isEmpty, "\(name): \(changes)")
        }
    }

    /// As nft prints it, less the capacities of sets, which we give the kernel to be faster.
    private static func listing() -> [Substring] {
        let lines = CommandResult.run("nft", ["-s", "list", "ruleset"]).output.split(separator: "\n")
        return lines.filter { !$0.hasPrefix("\t\tsize ") }
    }

    private func expectEqual(_ read: Table, _ wanted: Table, _ name: String) {
        #expect(read.differences(from: wanted) == [], "\(name)")
    }
}
