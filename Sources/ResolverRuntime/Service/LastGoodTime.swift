internal import LinuxIO

/// The latest time of day at which a certificate was found valid, kept over restarts: a clock that is before it is wrong.
struct LastGoodTime {
    /// Seconds: it is a floor, and need not be exact.
    static let writeInterval: Int64 = 86_400
    /// Twenty digits.
    private static let maximumBytes = 32

    private let path: String
    private var written: Int64
    /// When the program was made, as its file says; 0 when that cannot be told.
    private let made: Int64

    /// What an earlier run left. A file that cannot be read says nothing, for it is no more than a hint.
    init(stateDirectory: String) {
        path = "\(stateDirectory)/resolver-time"
        let bytes = try? FileContents.read(path, limitBytes: LastGoodTime.maximumBytes)
        let digits = (bytes ?? []).prefix { $0 != UInt8(ascii: "\n") }
        written = Int64(String(decoding: digits, as: UTF8.self)) ?? 0
        made = FileContents.modificationTime(of: "/proc/self/exe") ?? 0
    }

    /// What the clock cannot be before: this, and when the program was made.
    var floor: Int64 { max(written, made) }

    /// Writes a time that is later by a day than the one that is there. Nobody waits for the disk: what a crash loses is
    /// written again.
    mutating func note(_ time: Int64) {
        guard time > made, time >= written + LastGoodTime.writeInterval else { return }
        written = time
        try? FileContents.replace(path, with: Array("\(time)\n".utf8), mode: 0o600, durability: .none)
    }
}
