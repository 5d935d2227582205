import TestSupport
import Testing

@testable import ResolverRuntime

@Suite struct LastGoodTimeTests {
    private let scratch = ScratchDirectory()
    private let day: Int64 = 86_400

    private var text: String { TextFile.exists(path) ? TextFile.text(of: path) : "" }
    private var path: String { scratch.path("resolver-time") }
    private func made() -> LastGoodTime { LastGoodTime(stateDirectory: scratch.path("")) }

    @Test func `it is written once a day and never goes back`() {
        var time = made()
        time.note(3_000_000_000)
        #expect(text == "3000000000\n")
        time.note(3_000_000_000 + day - 1)
        #expect(text == "3000000000\n")
        time.note(3_000_000_000 + day)
        #expect(text == "3000086400\n")
        time.note(5)
        #expect(text == "3000086400\n")
        #expect(made().floor == 3_000_086_400)
    }

    /// The program was made, and that was not in 1970.
    @Test(arguments: ["", "x", "99999999999999999999999999999999999", "-5\n", "12"])
    func `what cannot be read, or is long ago, is no floor`(content: String) {
        scratch.write(Array(content.utf8), to: "resolver-time")
        #expect(made().floor > 1_700_000_000)
    }

    @Test func `a clock is behind when it is before the floor by more than it may be corrected by`() {
        let clock = FakeClock(0)
        var time = TimeOfDay(floor: 1_000_000, read: { clock.time })
        let complaint = time.complaint()
        #expect(time.isBehind && complaint?.hasPrefix("the clock says 1970-01-01T00:00:00.000Z, ") == true)
        clock.time = 1_000_000 - day
        let none = time.complaint()
        #expect(none == nil && !time.isBehind)
        time.note(2_000_000)
        time.note(5)
        _ = time.now()
        #expect(time.floor == 2_000_000 && time.isBehind)
    }
}
