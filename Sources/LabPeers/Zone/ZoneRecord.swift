internal import DNSWire

/// One record of a lab zone, its data as parts so that names in it can be compressed.
struct ZoneRecord: Sendable {
    let type: UInt16
    let timeToLive: UInt32
    let data: [Part]

    enum Part: Sendable, Equatable {
        case bytes([UInt8])
        /// A name inside one of the types of RFC 1035, which alone may be compressed (RFC 3597 section 4).
        case compressibleName(ZoneName)
    }

    init(type: UInt16, timeToLive: UInt32, data: [Part]) {
        self.type = type
        self.timeToLive = timeToLive
        self.data = data
    }

    /// What a zone's text says. Data that is not of its type's form, which RFC 3597 lets people write, stays as it is.
    init(_ record: OwnedRecord) {
        let (prefix, names) = ZoneRecord.compressibleNames[record.type.rawValue] ?? (record.data.count, 0)
        var rest = record.data[...]
        var parts = [Part.bytes(Array(rest.prefix(prefix)))]
        rest = rest.dropFirst(prefix)
        for _ in 0..<names {
            guard let name = ZoneName(popping: &rest) else { break }
            parts.append(.compressibleName(name))
        }
        parts.append(.bytes(Array(rest)))
        self.init(type: record.type.rawValue, timeToLive: record.ttl, data: parts.filter { $0 != .bytes([]) })
    }

    /// How many bytes stand before the names of the types of RFC 1035, and how many names there are.
    private static let compressibleNames: [UInt16: (prefix: Int, names: Int)] = [
        2: (0, 1), 5: (0, 1), 6: (0, 2), 12: (0, 1), 15: (2, 1),
    ]

    /// The name that the data of a CNAME or DNAME is.
    var target: ZoneName? {
        switch data.first {
        case .compressibleName(let name): name
        case .bytes(let bytes): ZoneName(wire: bytes)
        case nil: nil
        }
    }
}

extension ZoneName {
    /// Reads an uncompressed wire form.
    init?(wire: [UInt8]) {
        var rest = wire[...]
        self.init(popping: &rest)
    }

    /// Takes an uncompressed wire form from the front of `bytes`; nil, and nothing taken, when there is none.
    init?(popping bytes: inout ArraySlice<UInt8>) {
        var labels: [[UInt8]] = []
        var rest = bytes
        while let count = rest.popFirst() {
            guard count > 0 else {
                self.init(labels: labels)
                bytes = rest
                return
            }
            guard count <= ZoneName.maximumLabelCount, count <= rest.count else { return nil }
            labels.append(Array(rest.prefix(Int(count))))
            rest.removeFirst(Int(count))
        }
        return nil
    }
}
