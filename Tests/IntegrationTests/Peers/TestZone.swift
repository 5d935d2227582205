/// The names that the upstream of these tests knows: `n0` ... `n999`, each with six types.
enum TestZone {
    static let origin = "zone.example"
    static let size = 1_000
    static let kinds: [RecordKind] = [.a, .aaaa, .txt, .mx, .srv, .https]

    static func name(_ index: Int) -> String { "n\(index).\(origin)" }

    /// Every question of the zone, in the order of its names.
    static var questions: [Question] {
        (0..<size).flatMap { index in kinds.map { Question(name(index), $0) } }
    }

    /// Names that do not exist, and a type that the existing ones do not have.
    static var absentQuestions: [Question] {
        (0..<100).map { Question("absent\($0).\(origin)") } + (0..<100).map { Question(name($0), .ns) }
    }

    /// As `local-data` of unbound.
    static var records: [String] {
        let apex = [
            "\(origin). 3600 IN SOA ns.\(origin). admin.\(origin). 1 3600 900 86400 600",
            "\(origin). 3600 IN NS ns.\(origin).",
        ]
        return apex + (0..<size).flatMap(records(of:))
    }

    private static func records(of index: Int) -> [String] {
        let owner = "\(name(index)). \(300 + index) IN"
        return [
            "\(owner) A 198.51.100.\(index % 250 + 1)",
            "\(owner) A 203.0.113.\(index % 200 + 1)",
            "\(owner) AAAA 2001:db8::\(String(index, radix: 16))",
            "\(owner) TXT \"text of number \(index)\"",
            "\(owner) MX 10 mail\(index % 7).\(origin).",
            "\(owner) SRV 1 2 \(1_000 + index) host\(index % 7).\(origin).",
            "\(owner) HTTPS 1 . alpn=h2",
        ]
    }
}
