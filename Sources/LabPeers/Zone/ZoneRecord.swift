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
    /// The uncompressed wire form.
    var wire: [UInt8] { labels.flatMap { [UInt8($0.count)] + $0 } + [0] }

    /// Reads an uncompressed wire form that this module has written itself.
    init?(wire: [UInt8]) {
        var labels: [[UInt8]] = []
        var rest = wire[...]
        while let count = rest.popFirst(), count > 0 {
            guard count <= rest.count else { return nil }
            labels.append(Array(rest.prefix(Int(count))))
            rest.removeFirst(Int(count))
        }
        self.init(labels: labels)
    }
}
