/// Reads a DNS message; nil wherever the bytes do not hold what was asked for.
struct MessageReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func take(_ count: Int) -> [UInt8]? {
        guard position + count <= bytes.count else { return nil }
        defer { position += count }
        return Array(bytes[position..<(position + count)])
    }

    mutating func integer(_ count: Int) -> UInt32? {
        take(count)?.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A name in lower case with a dot after each label, compression undone.
    mutating func name() -> String? {
        var text = ""
        var cursor = position
        var jumped = false
        for _ in 0..<128 {
            guard cursor < bytes.count else { return nil }
            let length = Int(bytes[cursor])
            if length == 0 {
                if !jumped { position = cursor + 1 }
                return text.isEmpty ? "." : text.lowercased()
            }
            if length >= 0xc0 {
                guard cursor + 1 < bytes.count else { return nil }
                if !jumped { position = cursor + 2 }
                jumped = true
                cursor = (length & 0x3f) << 8 | Int(bytes[cursor + 1])
            } else {
                guard length < 64, cursor + 1 + length <= bytes.count else { return nil }
                text += String(decoding: bytes[(cursor + 1)...(cursor + length)], as: UTF8.self) + "."
                cursor += 1 + length
            }
        }
        return nil
    }

    /// Records with their TTL.
    mutating func records(_ count: UInt32) -> [Answer.Record: UInt32]? {
        var found: [Answer.Record: UInt32] = [:]
        for _ in 0..<count {
            guard let owner = name(), let type = integer(2), integer(2) != nil, let ttl = integer(4),
                let length = integer(2), position + Int(length) <= bytes.count
            else { return nil }
            let end = position + Int(length)
            guard let data = recordData(type: UInt16(type), end: end), position == end else { return nil }
            found[Answer.Record(owner: owner, type: UInt16(type), data: data)] = ttl
        }
        return found
    }

    /// Names inside of record data may be compressed (RFC 3597, section 4): they are written out.
    private mutating func recordData(type: UInt16, end: Int) -> [UInt8]? {
        let layout: (before: Int, names: Int)? =
            switch RecordKind(rawValue: type) {
            case .ns, .cname: (0, 1)
            case .soa: (0, 2)
            case .mx: (2, 1)
            case .srv: (6, 1)
            default: nil
            }
        guard let layout else { return take(end - position) }
        guard var data = take(layout.before) else { return nil }
        for _ in 0..<layout.names {
            guard let name = name() else { return nil }
            data += Array(name.utf8)
        }
        guard position <= end, let rest = take(end - position) else { return nil }
        return data + rest
    }
}
