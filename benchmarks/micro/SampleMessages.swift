import ByteCodec
import DNSWire

/// The messages that benchmarks are fed with.
enum SampleMessages {
    static let identifier: UInt16 = 0x2026

    /// A query for an A record, with EDNS as `dig` sends it.
    static func query(_ text: String) throws -> [UInt8] {
        let owner = try name(text)
        return try build(Header(id: identifier, flags: .recursiveQuery)) { builder in
            try builder.addQuestion(owner.view, .a)
            try builder.beginOPT(OPTParameters())
            builder.endOPT()
        }
    }

    /// What an upstream says to such a query: an alias, two addresses and an OPT record.
    static func answer(_ text: String) throws -> [UInt8] {
        let owner = try name(text)
        let target = try name("edge.lab.example")
        let addresses: [[UInt8]] = [[198, 51, 100, 7], [198, 51, 100, 8]]
        return try build(Header(id: identifier, flags: Flags(rawValue: 0x8180))) { builder in
            try builder.addQuestion(owner.view, .a)
            try builder.addRecord(owner.view, .cname, ttl: 300, target: target.view)
            for address in addresses {
                try builder.addRecord(target.view, .a, ttl: 60, rdata: address.span)
            }
            try builder.beginOPT(OPTParameters())
            builder.endOPT()
        }
    }

    private static func name(_ text: String) throws -> OwnedName {
        guard let name = OwnedName(text) else { throw BenchmarkError("`\(text)` is no name") }
        return name
    }

    private static func build(
        _ header: Header, _ write: (inout MessageBuilder) throws -> Void
    ) throws -> [UInt8] {
        var storage = [UInt8](repeating: 0, count: 512)
        var count = 0
        do {
            var span = storage.mutableSpan
            var builder = try MessageBuilder(&span, header: header)
            try write(&builder)
            count = builder.finish()
        }
        return Array(storage[..<count])
    }
}
