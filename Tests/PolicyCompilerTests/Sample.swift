import PolicyCompiler
import ProfileLoader
import ProfileModel
import Testing

/// Profiles as text, and the way from there through the compiler.
enum Sample {
    static let full = """
        schema: enigm.network/1
        profile: { name: full, version: 1, description: All that is compiled }
        resolver:
          listen: ["127.0.0.1:5300", "[::1]:5300"]
          user: somebody
          upstreams:
            first:
              tls: dns.example
              addresses: [192.0.2.1, "2001:db8::1"]
              port: 8853
              pins: ["sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
              ca: ca.pem
              path: direct
            second: { tls: dns2.example, addresses: [192.0.2.2], ca: other.pem }
          selection: ordered
          cache: { entries: 7, stale: 0s, prefetch: false, min-ttl: 60s, max-ttl: 2h }
          privacy: { padding: 468, client-subnet: strip, cover: off }
          rebinding: allow
          views: { default: { upstreams: [second, first] } }
        default: { via: direct }

        """

    static let files = ["ca.pem": certificate, "other.pem": certificate, "keys/other.pem": certificate]

    /// Self-signed, made once by `openssl req -x509`, of no worth.
    static let certificate = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBNDCB56ADAgECAhR4ikqSy5/AlS2LC+iTDJtkCP7O3DAFBgMrZXAwDzENMAsG
        A1UEAwwEdGVzdDAgFw0yNjExMjEwMDE0MTVaGA8yMTI2MTAyODAwMTQxNVowDzEN
        MAsGA1UEAwwEdGVzdDAqMAUGAytlcAMhAJRswlrMStQ4Uc6DiBOi90WOVb1Ag/Aj
        To7K9vDn5ZdZo1MwUTAdBgNVHQ4EFgQUHYsbI5BWmJlhJodJUOLL6hj3ZmUwHwYD
        VR0jBBgwFoAUHYsbI5BWmJlhJodJUOLL6hj3ZmUwDwYDVR0TAQH/BAUwAwEB/zAF
        BgMrZXADQQAdAiNm2bj8c3VIDEk1wpiRFmrjdhJikQbWyCR9oy850kJ+I9bP2b2G
        rcNJq9Ve3WCfjQmsKT9w6ICMnP3eeVAL
        -----END CERTIFICATE-----

        """.utf8)

    /// A profile of one loopback upstream and one more setting of the resolver.
    static func minimal(setting: String) -> String {
        minimal(resolver: "  upstreams: { lab: { tls: lab.example, addresses: [127.0.0.1] } }\n  \(setting)")
    }

    static func minimal(resolver: String) -> String {
        """
        schema: enigm.network/1
        profile: { name: minimal, version: 1 }
        default: { block: true }
        resolver:
        \(resolver)
        """
    }
}

/// Files that a test made up.
struct MemoryFiles: ProfileFiles {
    let contents: [String: [UInt8]]

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        guard let bytes = contents[path] else { throw UnreadableFile(reason: "no such file or directory") }
        guard bytes.count <= limitBytes else { throw UnreadableFile(reason: "too large") }
        return bytes
    }
}

/// The text must be a profile without a mistake.
extension CompileResult {
    /// All that is said, but for what samples may leave open: exclusive subjects without a view, and addresses that are
    /// another machine's on another network.
    var mistakes: [Diagnostic] {
        diagnostics.filter { ![.exclusiveWithoutView, .addressOfEachNetwork].contains($0.code) }
    }
}

func compile(
    _ text: String, files: [String: [UInt8]] = [:], through stage: CompileStage = .bundle,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
) -> CompileResult {
    let files = MemoryFiles(contents: files)
    let loaded = ProfileLoader.load(Array(text.utf8), fileName: "test.yaml", files: files)
    guard let profile = loaded.profile else {
        Issue.record("\(loaded.diagnostics)", sourceLocation: sourceLocation)
        return CompileResult(product: nil, diagnostics: loaded.diagnostics)
    }
    #expect(loaded.diagnostics == [], sourceLocation: sourceLocation)
    return PolicyCompiler.compile(profile, files: files, through: stage)
}

func line(of diagnostic: Diagnostic, in text: String) -> Substring {
    text.split(separator: "\n", omittingEmptySubsequences: false)[diagnostic.range.start.line - 1]
}
