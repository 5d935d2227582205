import NetworkTypes
import Testing

@Suite struct UTCInstantTests {
    /// The moments are `date -u -d @SECONDS`'s.
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_399_999, "2000-02-28T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_251_199_042, "2024-02-29T23:59:59.042Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ])
    func aMomentIsWrittenAsRFC3339(milliseconds: Int, text: String) {
        #expect(UTCInstant(milliseconds: Int64(milliseconds)).description == text)
    }
}
