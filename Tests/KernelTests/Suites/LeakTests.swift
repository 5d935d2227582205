import NetworkTypes
import Testing

/// Every way out of `Leak.all`, in both families: shut, and open with the remedy taken out of the table.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct LeakTests {
    @Test(arguments: Leak.all, AddressFamily.allCases)
    func itIsShut(leak: Leak, family: AddressFamily) throws {
        let end = try leak.play(family, FlowScenario.unchanged)
        #expect(end == leak.end, "\(end)")
    }

    @Test(arguments: Leak.all, AddressFamily.allCases)
    func withoutItsRemedyItIsOpen(leak: Leak, family: AddressFamily) throws {
        let end = try leak.play(family, leak.removeRemedy)
        #expect(end == leak.endWithoutRemedy, "\(end)")
    }

    @Test func everyNameIsOfOneLeak() { #expect(Set(Leak.all.map(\.name)).count == Leak.all.count) }
}
