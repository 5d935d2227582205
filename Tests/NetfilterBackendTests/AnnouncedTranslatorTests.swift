import Glibc
import KernelTestSupport
import NetfilterBackend
import NetworkTypes
import TestSupport
import Testing

/// The PREF64 option of router advertisements, as routers write it and as the kernel hands it on.
@Suite struct AnnouncedTranslatorTests {
    private static let option: [UInt8] = [38, 2, 0x07, 0x08, 0x20, 1, 0x0D, 0xB8, 0, 0x64, 0, 0, 0, 0, 0, 0]

    @Test(arguments: [(UInt8(0), 96), (1, 64), (2, 56), (3, 48), (4, 40), (5, 32)])
    func lengthsHaveCodes(code: UInt8, length: Int) throws {
        var option = AnnouncedTranslatorTests.option
        option[3] |= code
        let translator = try #require(AnnouncedTranslator(option: option[...], device: 7))
        let address = try #require(IPAddress("2001:db8:64::"))
        #expect(
            translator
                == AnnouncedTranslator(prefix: IPPrefix(containing: address, length: length), device: 7, seconds: 1_800)
        )
    }

    /// Bits behind the prefix mean nothing, and the longest time is 65528 seconds.
    @Test func everyBitHasItsPlace() throws {
        let option: [UInt8] = [38, 2, 0xFF, 0xF9] + [UInt8](repeating: 0xFF, count: 12)
        let translator = try #require(AnnouncedTranslator(option: option[...], device: 0))
        #expect(translator.prefix.description == "ffff:ffff:ffff:ffff::/64" && translator.seconds == 65_528)
    }

    private static let others: [[UInt8]] = {
        var found = [Array(option.dropLast()), option + [0], []]
        // Another kind, other counts of eights, and codes of no length.
        for (index, value) in [(0, UInt8(25)), (1, 1), (1, 3), (3, 0x0E), (3, 0x0F)] {
            var other = option
            other[index] = value
            found.append(other)
        }
        return found
    }()

    @Test(arguments: others)
    func nothingElseIsTaken(option: [UInt8]) {
        #expect(AnnouncedTranslator(option: option[...], device: 1) == nil)
    }

    /// One that takes back is told, too; other options are not.
    @Test(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
    func theKernelHandsItOn() throws {
        try KernelNamespace.run {
            let router = try AdvertisingRouter(device: "late0")
            let monitor = try RouterOptionMonitor()
            #expect(try monitor.takeTranslators() == [])
            try router.advertise(prefix: "2001:db8:64::", lengthCode: 0, seconds: 600)
            try router.advertise(prefix: "2001:db8:65::", lengthCode: 5, seconds: 0)
            var found: [AnnouncedTranslator] = []
            let isComplete = Moment.wait(.seconds(5)) {
                found += (try? monitor.takeTranslators()) ?? []
                return found.count >= 2
            }
            #expect(isComplete)
            #expect(found.map(\.prefix.description) == ["2001:db8:64::/96", "2001:db8::/32"])
            #expect(found.map(\.seconds) == [600, 0] && found.allSatisfy { $0.device == if_nametoindex("late0") })
        }
    }
}
