/// What is asked for, as a message with the id 0.
struct Question {
    enum Kind: UInt16, CaseIterable {
        case a = 1
        case aaaa = 28
        case https = 65
    }

    /// The id and the counts stand before the name.
    static let headerBytes = 12
    /// A name has at most 255 bytes (RFC 1035 section 2.3.4).
    static let maximumBytes = headerBytes + 255 + 4

    let labels: [[UInt8]]
    let kind: Kind

    init(_ name: String, _ kind: Kind = .a) {
        labels = name.split(separator: ".").map { Array($0.utf8) }
        self.kind = kind
    }

    /// Recursion is desired; no EDNS, as most stubs ask.
    var message: [UInt8] {
        var bytes: [UInt8] = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in labels { bytes += [UInt8(label.count)] + label }
        return bytes + [0, UInt8(kind.rawValue >> 8), UInt8(kind.rawValue & 0xFF), 0, 1]
    }
}
