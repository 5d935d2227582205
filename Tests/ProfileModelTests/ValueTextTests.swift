import NetworkTypes
import ProfileModel
import Testing

/// What each kind of value accepts, and the code of what it does not.
@Suite struct ValueTextTests {
    @Test(arguments: [
        ("0s", 0), ("50ms", 50), ("30s", 30_000), ("10m", 600_000), ("2h", 7_200_000), ("1d", 86_400_000),
        ("2w", 1_209_600_000), ("3650d", 315_360_000_000),
    ])
    func durations(text: String, milliseconds: Int64) throws {
        #expect(try Duration(written: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: [
        "", "1", "d", "1 d", "1y", "-1s", "+1s", "01s", "1.5h", "3651d", "99999999999999999999s", "1d1h", "\u{661}s",
        "1S",
    ])
    func notDurations(text: String) {
        expectProblem(.badDuration) { () throws(ValueProblem) in _ = try Duration(written: text) }
    }

    @Test(arguments: ["0s", "50ms", "1500ms", "90s", "2h", "1d", "14d"])
    func durationsAreWrittenShort(text: String) throws { #expect(try Duration(written: text).written == text) }

    @Test func prefixes() throws {
        #expect(try IPPrefix(written: "10.0.0.0/8").description == "10.0.0.0/8")
        #expect(try IPPrefix(written: "2001:db8::1").length == 128)
        for (text, code) in [
            ("10.0.0.0/33", DiagnosticCode.badPrefix), ("10.0.0.0/", .badPrefix), ("10.0.0.0/x", .badPrefix),
            ("10.0.0.0/-1", .badPrefix), ("::/129", .badPrefix), ("10.0.0.300/8", .badPrefix),
            ("10.0.0.0/08", .badPrefix),
            ("10.0.0.1/8", .hostBitsSet), ("2001:db8::1/32", .hostBitsSet), ("example.org", .nameInsteadOfAddress),
            ("example.org/24", .nameInsteadOfAddress), ("10.0.0.0/8/8", .badPrefix), ("", .badPrefix),
        ] { expectProblem(code, text) { () throws(ValueProblem) in _ = try IPPrefix(written: text) } }
    }

    @Test func addresses() {
        for (text, code) in [
            ("9.9.9", DiagnosticCode.badAddress), ("9.9.9.299", .badAddress), ("09.9.9.9", .badAddress),
            ("9.9.9.9:53", .badAddress), ("9.9.9.9/32", .badAddress), ("fe80::1%eth0", .badAddress),
            (":::", .badAddress),
            ("localhost", .nameInsteadOfAddress), ("dns.quad9.net", .nameInsteadOfAddress),
            ("1.2.3.4a", .nameInsteadOfAddress),
        ] { expectProblem(code, text) { () throws(ValueProblem) in _ = try IPAddress(written: text) } }
    }

    @Test func endpoints() throws {
        #expect(try Endpoint(written: "[::1]:53").description == "[::1]:53")
        #expect(try TransportEndpoint(written: "192.0.2.1:51820/udp").description == "192.0.2.1:51820/udp")
        for (text, code) in [
            ("127.0.0.1", DiagnosticCode.badEndpoint), ("::1", .badEndpoint), ("::1:53", .badEndpoint),
            ("[::1]", .badEndpoint),
            ("", .badEndpoint), ("127.0.0.1:0", .badPort), ("127.0.0.1:65536", .badPort), ("127.0.0.1:", .badPort),
            ("localhost:53", .nameInsteadOfAddress), (":53", .badAddress), ("[]:53", .badEndpoint),
        ] { expectProblem(code, text) { () throws(ValueProblem) in _ = try Endpoint(written: text) } }
        for text in ["192.0.2.1:1", "192.0.2.1:1/sctp", "192.0.2.1:1/"] {
            expectProblem(.badEndpoint, text) { () throws(ValueProblem) in _ = try TransportEndpoint(written: text) }
        }
    }

    @Test func ports() throws {
        #expect(try PortRange(written: "6000-6100/udp").description == "6000-6100/udp")
        for text in [
            "443", "0/tcp", "65536/tcp", "443/sctp", "http/tcp", "2-1/tcp", "1-/tcp", "-1/tcp", "443/TCP", "", "/",
        ] {
            expectProblem(.badPort, text) { () throws(ValueProblem) in _ = try PortRange(written: text) }
        }
    }

    @Test func locations() throws {
        let location = try HTTPSLocation(written: "https://DNS.example:8443/dns-query{?dns}")
        #expect(location.description == "https://dns.example:8443/dns-query")
        #expect(try HTTPSLocation(written: "HTTPS://dns.example").path == "/")
        for (text, code) in [
            ("http://dns.example/", DiagnosticCode.badURL), ("dns.example", .badURL),
            ("https://u@dns.example/", .badURL),
            ("https://1.1.1.1/", .badURL), ("https://[::1]/", .badURL), ("https://dns.example/a b", .badURL),
            ("https://dns.example/?x", .badURL), ("https://dns.example/#x", .badURL),
            ("https://dns.example:x/", .badPort),
            ("https:///x", .badName), ("https://dns.example/\u{1}", .badURL),
            ("https://dns.example/" + String(repeating: "a", count: 2_000), .badURL),
        ] { expectProblem(code, text) { () throws(ValueProblem) in _ = try HTTPSLocation(written: text) } }
    }

    @Test func pins() throws {
        #expect(try PublicKeyPin.read("sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=") == Array(0..<32))
        for text in [
            "", "sha256:", "sha1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
            "sha256:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH-8=",
        ] { expectProblem(.badPin, text) { () throws(ValueProblem) in _ = try PublicKeyPin.read(text) } }
    }

    @Test func timestamps() throws {
        #expect(try Timestamp(written: "1970-01-01T00:00:00Z").secondsSinceEpoch == 0)
        #expect(try Timestamp(written: "2000-02-29T12:34:56Z").secondsSinceEpoch == 951_827_696)
        #expect(try Timestamp(written: "9999-12-31T23:59:59Z").secondsSinceEpoch == 253_402_300_799)
        for text in [
            "", "2027-03-01", "2027-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
            "2027-01-00T00:00:00Z",
            "2027-01-01T24:00:00Z", "2027-01-01T00:00:60Z", "2027-01-01T00:00:00+01:00", "1969-12-31T23:59:59Z",
        ] { expectProblem(.badTimestamp, text) { () throws(ValueProblem) in _ = try Timestamp(written: text) } }
    }

    @Test func rates() throws {
        #expect(try Rate(written: "6/minute") == Rate(count: 6, per: .minute))
        for text in ["", "6", "6/", "/minute", "0/minute", "6/week", "-6/day", "1000001/day", "6/minute/2"] {
            expectProblem(.badRate, text) { () throws(ValueProblem) in _ = try Rate(written: text) }
        }
    }

    @Test func identifiers() throws {
        #expect(try Identifier.unit("app@1.service") == "app@1.service")
        for (check, text) in [
            (Identifier.name, ""), (Identifier.name, "-a"), (Identifier.name, "a b"), (Identifier.name, "\u{E9}"),
            (Identifier.name, String(repeating: "a", count: 65)), (Identifier.unit, "app"),
            (Identifier.unit, ".service"),
            (Identifier.unit, "app.slice"), (Identifier.unit, "a/b.service"), (Identifier.slice, "app.service"),
            (Identifier.interface, "aaaaaaaaaaaaaaaa"), (Identifier.interface, "a/b"), (Identifier.user, "a:b"),
            (Identifier.file, "a\0b"),
        ] as [(@Sendable (String) throws(ValueProblem) -> String, String)] {
            expectProblem(.badIdentifier, text) { () throws(ValueProblem) in _ = try check(text) }
        }
    }

    @Test func destinationsAndExpectations() throws {
        #expect(try TestDestination(written: "tcp [2001:db8::1]:443").description == "tcp [2001:db8::1]:443")
        #expect(try TestDestination(written: "udp Example.org:53").description == "udp example.org:53")
        for text in [
            "icmp echo-request 2001:db8::1", "icmp ipv4 13/1 192.0.2.1", "protocol gre 192.0.2.1",
            "icmp ipv6 139 a.example",
        ] {
            #expect(try TestDestination(written: text).description == text)
        }
        #expect(try TestDestination(written: "protocol  47   192.0.2.1 ").description == "protocol gre 192.0.2.1")
        for expectation in [Expectation.via("vpn"), .reject, .drop, .stub, .local] {
            #expect(try Expectation(written: expectation.description) == expectation)
        }
        #expect(try Invariant.Exception(written: "path vpn") == .path("vpn"))
        for text in [
            "", "tcp", "icmp 1.2.3.4:1", "tcp 1.2.3:4", "icmp 192.0.2.1", "icmp any 192.0.2.1", "protocol gre 1.2.3",
            "icmp ipv4 8 ::1", "icmp timestamp-request 2001:db8::1", "gre 192.0.2.1",
        ] {
            expectProblem(.badDestination, text) { () throws(ValueProblem) in _ = try TestDestination(written: text) }
        }
        expectProblem(.badICMP, "ping") { () throws(ValueProblem) in _ = try TestDestination(written: "icmp ping ::1") }
        expectProblem(.badProtocol, "tcp") { () throws(ValueProblem) in
            _ = try TestDestination(written: "protocol tcp 192.0.2.1")
        }
        for text in ["", "via", "via a b", "allow", "stub x", "local x"] {
            expectProblem(.badExpectation, text) { () throws(ValueProblem) in _ = try Expectation(written: text) }
        }
    }

    private func expectProblem(
        _ code: DiagnosticCode, _ text: String = "", sourceLocation: Testing.SourceLocation = #_sourceLocation,
        _ read: () throws(ValueProblem) -> Void
    ) {
        do throws(ValueProblem) {
            try read()
            Issue.record("`\(text)` was accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.code == code, "\(text): \(error.message)", sourceLocation: sourceLocation)
        }
    }
}
