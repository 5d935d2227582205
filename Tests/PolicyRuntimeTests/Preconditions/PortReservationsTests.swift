import Testing

@testable import PolicyRuntime

/// Ports that the kernel must not choose for anybody.
@Suite struct PortReservationsTests {
    @Test(
        arguments: [
            ("", [UInt16(32_768), 40_000, 60_999]), ("40000", [32_768, 60_999]), ("32768,60999-61000", [40_000]),
            ("32768-60999\n", []), ("1,2-3", [32_768, 40_000, 60_999]),
        ])
    func onlyThoseThatMayBeChosenAndAreNotReserved(reserved: String, problems: [UInt16]) throws {
        let ports = try #require(PortReservations(range: "32768\t60999\n", reserved: reserved))
        let found = ports.findings([5300, 32_767, 32_768, 40_000, 60_999, 61_000])
        #expect(found.count == problems.count)
        for (finding, port) in zip(found, problems) {
            #expect(finding.what.contains("port \(port),") && finding.remedy.contains("\(port)"), "\(finding)")
        }
    }

    @Test(arguments: [("", ""), ("1", ""), ("2 1", ""), ("1 2", "3-2"), ("1 2", "a"), ("1 2", "1-2-3")])
    func whatTheKernelDoesNotWriteIsNothing(range: String, reserved: String) {
        #expect(PortReservations(range: range, reserved: reserved) == nil)
    }

    @Test func theKernelHasThem() { #expect(PortReservations.ofKernel != nil) }
}
