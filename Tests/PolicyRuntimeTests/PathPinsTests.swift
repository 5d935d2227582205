import Bundle
import CanonicalJSON
@testable import PolicyRuntime
import Ruleset
import Testing

@Suite struct PathPinsTests {
    private func path(_ number: UInt8, _ name: String, _ device: String? = "wg0") -> PathSettings {
        PathSettings(number: PathNumber(number), name: name, device: device)
    }

    @Test func aPathKeepsItsNumberWhateverStandsBesideIt() {
        var pins = PathPins()
        #expect(pins.pin([path(2, "vpn")]) == [PathNumber(2): PathNumber(2)])
        // A profile that lists another path first numbers both anew.
        let numbers = pins.pin([path(2, "far", "wg1"), path(3, "vpn")])
        #expect(numbers == [PathNumber(2): PathNumber(3), PathNumber(3): PathNumber(2)])
        #expect(pins.pin([path(2, "far", "wg1")]) == [PathNumber(2): PathNumber(3)])
    }

    @Test func anotherDeviceIsAnotherPath() {
        var pins = PathPins()
        _ = pins.pin([path(2, "vpn", "wg0")])
        #expect(pins.pin([path(2, "vpn", "wg1")]) == [PathNumber(2): PathNumber(3)])
    }

    @Test func whatIsWrittenIsReadBack() {
        var pins = PathPins()
        _ = pins.pin([path(2, "vpn"), path(3, "far", "wg1"), path(1, "direct", nil)])
        #expect(PathPins(json: pins.json) == pins)
        #expect(PathPins(json: [["name": "vpn", "number": 1]]) == nil)
        #expect(PathPins(json: [["name": "a", "number": 2], ["name": "b", "number": 2]]) == nil)
    }

    /// There are as many numbers as a profile may declare paths; over a machine's life there may be more names.
    @Test func theNumberOutOfUseForLongestIsGivenAway() {
        var pins = PathPins()
        for index in 0..<10 { _ = pins.pin([path(2, "path\(index)")]) }
        _ = pins.pin([path(2, "path0")])
        #expect(pins.pin([path(2, "new")]) == [PathNumber(2): PathNumber(3)])
        #expect(pins.pin([path(2, "path0")]) == [PathNumber(2): PathNumber(2)])
        let all = (2...11).map { path($0, "other\($0)") }
        #expect(Set(pins.pin(all).values).count == 10)
    }
}
