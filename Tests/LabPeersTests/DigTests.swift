import LabPeers
import NetworkTypes
import TestSupport
import Testing

/// The zone's text against what another implementation makes of the answers: `dig`, over TLS.
@Suite struct DigTests {
    /// One record as a line without spaces, quotes and case, so that only what it says is compared.
    struct Line: Hashable, CustomStringConvertible {
        let description: String

        init(name: String, ttl: Substring, type: Substring, data: some Sequence<Substring>) {
            let words = [name, String(ttl), String(type)] + data.map { Line.relative($0) }
            description = words.joined(separator: " ").lowercased().filter { $0 != "\"" }
                .split(separator: " ", maxSplits: 3).enumerated()
                .map { $0 < 3 ? String($1) : $1.filter { $0 != " " } }.joined(separator: " ")
        }

        /// A name of the zone as the zone's text writes it.
        static func relative(_ word: Substring) -> String {
            word.hasSuffix(".lab.example.") ? String(word.dropLast(".lab.example.".count)) : String(word)
        }
    }

    /// The records of the zone's text, generated ones and directives left out.
    static let written: [(question: String, line: Line)] = {
        var origin = ""
        var records: [(String, Line)] = []
        for text in LabZone.text.split(separator: "\n") {
            let isQuoted = text.contains("\"")
            let words = (isQuoted ? text : text.prefix { $0 != ";" }).split(separator: " ")
            guard let first = words.first, first.first != ";" else { continue }
            if first == "$ORIGIN" { origin = String(words[1]) }
            guard first.first != "$" else { continue }
            let owner = first == "@" ? origin : "\(first).\(origin)".replacing("*", with: "x")
            records.append(
                (
                    "\(owner) \(words[2])", Line(name: owner, ttl: words[1], type: words[2], data: words[3...])
                ))
        }
        return records
    }()

    @Test(.enabled(if: Repository.hasTool("dig"), "no `dig`: run `make deps`"))
    func `dig reads every record as the zone's text has it`() throws {
        let authority = CertificateAuthority()
        let identity = authority.issue(LeafTemplate(name: "dns.lab.example"))
        let server = try UpstreamServerThread(
            listeningOn: try #require(Endpoint("127.0.0.1:0")), tls: TLSServerConfiguration(identity: identity))
        let scratch = ScratchDirectory()
        scratch.write(authority.certificate.pem, to: "ca.pem")
        scratch.write(Set(DigTests.written.map(\.question)).sorted().joined(separator: "\n") + "\n", to: "questions")
        let result = CommandResult.run(
            "dig",
            [
                "@127.0.0.1", "-p", "\(server.endpoint.port)", "+tls", "+tls-ca=\(scratch.path("ca.pem"))",
                "+tls-hostname=dns.lab.example", "+noall", "+answer", "+nosplit", "-f", scratch.path("questions"),
            ])
        #expect(result.status == .exited(0), "\(result.errors)")
        let read = Set(
            result.outputLines.map { $0.split { $0 == " " || $0 == "\t" } }.filter { $0.count > 4 }.map {
                Line(name: String($0[0]), ttl: $0[1], type: $0[3], data: $0[4...])
            })
        #expect(DigTests.written.count > 60)
        let missing = Set(DigTests.written.map(\.line)).subtracting(read)
        #expect(missing.isEmpty)
        #expect(server.counters.queries == Set(DigTests.written.map(\.question)).count)
    }
}
