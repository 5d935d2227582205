/// The zone that all servers of the interoperation tests have: an answer of each kind.
enum InteropZone {
    static let origin = "interop.example"

    /// As a master file.
    static var text: String {
        let records = [
            "$ORIGIN \(origin).", "$TTL 300", "@ SOA ns admin 1 3600 900 86400 600", "@ NS ns", "ns A 198.51.100.53",
            "www A 198.51.100.1", "www A 198.51.100.2", "www AAAA 2001:db8::1", "www HTTPS 1 . alpn=h2",
            "www TXT \"short\"", "alias1 CNAME alias2", "alias3 CNAME www",
        ]
        // Over 4 kB, and nearly all that a message can hold.
        let large = (0..<40).map { "large TXT \"line \($0) \(String(repeating: "x", count: 120))\"" }
        let huge = (0..<250).map { "huge TXT \"line \($0) \(String(repeating: "y", count: 225))\"" }
        // A time of its own comes last: servers do not agree on whose it is after that.
        return (records + large + huge + ["alias2 120 CNAME alias3"]).joined(separator: "\n") + "\n"
    }

    /// What is asked: every type, two answers that need a stream, a chain of aliases, a name and a type that are not there.
    static let questions = [
        Question("www.\(origin)", .a), Question("www.\(origin)", .aaaa), Question("www.\(origin)", .https),
        Question("www.\(origin)", .txt), Question("large.\(origin)", .txt), Question("huge.\(origin)", .txt),
        Question("alias1.\(origin)", .a), Question("alias1.\(origin)", .aaaa), Question("nowhere.\(origin)", .a),
        Question("www.\(origin)", .mx),
    ]
}
