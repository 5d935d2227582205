/// What an answer says of idle connections: the option's bytes (RFC 7828 section 3.1).
struct ScriptedKeepalive: Sendable, Equatable {
    let bytes: [UInt8]

    /// Tenths of a second.
    static let unit: UInt64 = 100_000_000
    static let maximumTime = UInt64(UInt16.max) * unit
    /// Of an option that says no time.
    static let maximumBytes = 64

    /// Nanoseconds; nil for what the option cannot say.
    init?(time: UInt64) {
        guard time % ScriptedKeepalive.unit == 0, time <= ScriptedKeepalive.maximumTime else { return nil }
        let tenths = UInt16(time / ScriptedKeepalive.unit)
        bytes = [UInt8(tenths >> 8), UInt8(tenths & 0xFF)]
    }

    /// So many bytes, which are no time unless they are two.
    init(byteCount: Int) { bytes = [UInt8](repeating: 1, count: byteCount) }
}
