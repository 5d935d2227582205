import DNSWire

/// Where the registrable domain of a name begins: what `sharded` selection does for each question that leaves.
struct SuffixLookup: Benchmark, ~Copyable {
    static let name = "suffix-lookup"
    static let summary = "find a name's registrable domain, and hash it, among 10,000 suffixes"
    static let operationsPerTurn = 3

    private let table: PublicSuffixTable
    private let names: [[UInt8]]
    private let key = NameHashKey(1, 2)

    init() throws {
        var rules: [OwnedName: PublicSuffixTable.Rule] = [:]
        for index in 0..<100 {
            for inner in 0..<100 {
                rules[try SuffixLookup.name("s\(inner).t\(index)")] = .suffix
            }
        }
        guard let table = PublicSuffixTable(rules) else { throw BenchmarkError("the rules make no table") }
        let names = try ["www.example.t7", "cdn.static.example.s3.t50", "a.rather.long.name.somewhere.s99.t99"].map {
            try SuffixLookup.name($0).wire
        }
        self.table = table
        self.names = names
    }

    private static func name(_ text: String) throws -> OwnedName {
        guard let name = OwnedName(text) else { throw BenchmarkError("`\(text)` is no name") }
        return name
    }

    mutating func turn(_ meter: inout Meter) {
        meter.start()
        meter.checksum &+= measuredLookups()
        meter.stop()
    }

    @inline(never)
    private func measuredLookups() -> UInt64 {
        var sum: UInt64 = 0
        for name in names {
            let start = table.registrableStart(in: name.span)
            guard let domain = try? NameView(in: name.span, at: start) else { continue }
            sum &+= domain.hash(key)
        }
        return sum
    }
}
