internal import CLinux

/// The choice that the kernel makes for each datagram of a group of sockets: equal names, whatever their case, go to one
/// socket. Here it is made once more, for questions that come by another way.
package enum NameSteering {
    /// Sockets of one group; the choice is a number of 16 bits taken modulo their count.
    package static let maximumSockets = 16

    /// `name` in uncompressed wire form with its root label.
    package static func index(of name: Span<UInt8>, among count: Int) -> Int {
        precondition((1...maximumSockets).contains(count), "a group has some sockets")
        // Up to the root label, which all names have.
        let end = name.count - 1
        guard end >= 4, labelCount(name) < ENIGM_STEERING_LABELS else { return 0 }
        var hash = UInt32(ENIGM_STEERING_BASIS)
        for word in 0..<min(Int(ENIGM_STEERING_WORDS), end / 4) { mix(name, at: 4 * word, into: &hash) }
        mix(name, at: end - 4, into: &hash)
        return Int(hash >> 16) % count
    }

    private static func labelCount(_ name: Span<UInt8>) -> Int {
        var count = 0
        var offset = 0
        while offset < name.count, name[offset] != 0 {
            count += 1
            offset += Int(name[offset]) + 1
        }
        return count
    }

    private static func mix(_ name: Span<UInt8>, at offset: Int, into hash: inout UInt32) {
        var word: UInt32 = 0
        for index in offset..<offset + 4 { word = word << 8 | UInt32(name[index]) }
        hash = ((word | 0x2020_2020) ^ hash) &* UInt32(ENIGM_STEERING_FACTOR)
    }
}
