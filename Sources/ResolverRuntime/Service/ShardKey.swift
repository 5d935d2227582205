internal import LinuxIO

/// The secret by which `sharded` selection deals names out to upstreams. It is kept over restarts: under a new one each
/// upstream would get to see another share of the names, and in time all of them.
package struct ShardKey: Equatable, Sendable {
    let first: UInt64
    let second: UInt64

    private static let digits = 16

    package static func random() -> ShardKey {
        ShardKey(first: EntropySource.nextUInt64(), second: EntropySource.nextUInt64())
    }

    init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// 32 hexadecimal digits; nil for anything else.
    init?(_ text: String) {
        guard text.utf8.count == 2 * ShardKey.digits, let first = UInt64(text.prefix(ShardKey.digits), radix: 16),
            let second = UInt64(text.suffix(ShardKey.digits), radix: 16)
        else { return nil }
        self.init(first: first, second: second)
    }

    var text: String { ShardKey.hexadecimal(first) + ShardKey.hexadecimal(second) }

    private static func hexadecimal(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
