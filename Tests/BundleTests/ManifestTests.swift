import Bundle
import CanonicalJSON
import Cryptography
import NetworkTypes
import TestSupport
import Testing

@Suite struct ManifestTests {
    /// The published form of a manifest: a change here is a change of the format.
    @Test func theManifestIsThisText() throws {
        let bytes = BundleWriter(Sample.bareManifest).encoded()
        #expect(
            String(decoding: bytes[48...], as: UTF8.self)
                == #"{"default":{"block":true},"profile":{"description":"","name":"bare","version":7},"#
                + #""resolver":{"cache":{"entries":20000,"max-ttl":86400,"min-ttl":0,"prefetch":true,"stale":86400},"#
                + #""listen":["127.0.0.1:5300"],"padding":128,"rebinding":"block","selection":"fastest","#
                + #""upstreams":[{"addresses":["127.0.0.1"],"name":"lab","pins":[],"port":853,"tls":"dns.example"}],"#
                + #""views":[{"name":"default","port":5300,"upstreams":["lab"]}]},"#
                + #""schema":"enigm.bundle/1","sections":[]}"#)
    }

    /// The example of docs/bundle.md, with the digest that its header would have.
    @Test func theDocumentedManifestIsOne() throws {
        let page = TextFile.text(of: "\(Repository.root)/docs/bundle.md")
        let start = try #require(page.firstRange(of: "```json\n")).upperBound
        let end = try #require(page[start...].firstRange(of: "```")).lowerBound
        let text = Array(page[start..<end].utf8)
        let json = try JSONReader.read(text.span, maximumBytes: text.count)
        // Everything is as it must be, and only the section itself is missing from the file.
        #expect(throws: BundleError.truncated) {
            try Bundle.read(Sample.file(manifest: CanonicalJSONWriter.bytes(of: json)))
        }
    }

    /// What each key may not be. The path is where the value is put; nil removes it.
    @Test(
        arguments: [
            (["schema"], nil, "schema", "is missing"),
            (["schema"], "enigm.bundle/2", "schema", "is not `enigm.bundle/1`"),
            (["later"], 1, "later", "is unknown"),
            (["profile"], 1, "profile", "is no object"),
            (["profile", "later"], 1, "profile.later", "is unknown"),
            (["profile", "name"], 1, "profile.name", "is no text"),
            (["profile", "version"], -1, "profile.version", "is no integer from 0 to 9007199254740992"),
            (["profile", "version"], 1.5, "profile.version", "is no integer from 0 to 9007199254740992"),
            (
                ["profile", "description"], .string(String(repeating: "x", count: 4097)), "profile.description",
                "is too long"
            ),
            (["default"], [:], "default.block", "is missing"),
            (["default"], ["block": false], "default.block", "is not true"),
            (["default"], ["block": true, "via": "direct"], "default.block", "is unknown"),
            (["resolver", "listen"], [], "resolver.listen", "has not 1 to 64 entries"),
            (["resolver", "listen"], ["127.0.0.1"], "resolver.listen[0]", "is no endpoint"),
            (["resolver", "listen"], [1], "resolver.listen[0]", "is no endpoint"),
            (["resolver", "listen"], "127.0.0.1:53", "resolver.listen", "is no list"),
            (["resolver", "user"], .null, "resolver.user", "is no text"),
            (["resolver", "selection"], "random", "resolver.selection", "is none of `ordered`, `fastest`, `sharded`"),
            (
                ["resolver", "selection"], "sharded", "resolver.public-suffixes",
                "is not where the selection is `sharded`, and there alone"
            ),
            (
                ["resolver", "public-suffixes"], "here", "resolver.public-suffixes",
                "is not where the selection is `sharded`, and there alone"
            ),
            (["resolver", "rebinding"], true, "resolver.rebinding", "is no text"),
            (["resolver", "padding"], 4097, "resolver.padding", "is no integer from 0 to 4096"),
            (["resolver", "cache", "old"], 1, "resolver.cache.old", "is unknown"),
            (["resolver", "cache", "stale"], 604_801, "resolver.cache.stale", "is no integer from 0 to 604800"),
            (["resolver", "cache", "prefetch"], 1, "resolver.cache.prefetch", "is no truth value"),
            (["resolver", "cache", "min-ttl"], 86_401, "resolver.cache.min-ttl", "is no integer from 0 to 86400"),
            (
                ["resolver", "cache", "entries"], 10_000_001, "resolver.cache.entries",
                "is no integer from 0 to 10000000"
            ),
            (["resolver", "upstreams"], [], "resolver.upstreams", "has not 1 to 64 entries"),
            (["resolver", "upstreams"], [[:]], "resolver.upstreams[0].name", "is missing"),
            (["resolver", "guests"], [:], "resolver.guests", "is unknown"),
            (["resolver", "hosts"], [], "resolver.hosts", "has not 1 to 4096 entries"),
            (
                ["resolver", "hosts"], [["name": "", "addresses": ["192.0.2.1"]]], "resolver.hosts[0].name",
                "is no host name"
            ),
            (
                ["resolver", "hosts"], [["name": "nas.example", "addresses": ["x"]]],
                "resolver.hosts[0].addresses[0]", "is no address"
            ),
            (["sections"], [[:]], "sections[0].name", "is missing"),
        ] as [([String], JSONValue?, String, String)])
    func refuses(path: [String], value: JSONValue?, key: String, problem: String) throws {
        #expect(throws: BundleError.manifestInvalid(key: key, problem: problem)) {
            try Bundle.read(try Sample.bundle(replacing: path, with: value))
        }
    }

    @Test(
        arguments: [
            ("port", 0, "port", "is no integer from 1 to 65535"),
            ("port", 65_536, "port", "is no integer from 1 to 65535"),
            ("addresses", ["dns.example"], "addresses[0]", "is no address"), ("tls", "", "tls", "is no host name"),
            ("pins", ["00"], "pins[0]", "is no digest"), ("https", "x", "path", "is missing"),
            ("https", "", "https", "is no host name"), ("path", "/x", "path", "is unknown"),
            ("device", "", "device", "is no interface"), ("device", "sixteen-letters1", "device", "is no interface"),
            ("socks", "192.0.2.1:1080", "socks", "is no proxy of this machine"),
            ("socks", "127.0.0.1", "socks", "is no proxy of this machine"),
            ("connect", "[::1]:0", "connect", "is no proxy of this machine"), ("connect", 1, "connect", "is no text"),
        ] as [(String, JSONValue, String, String)])
    func refusesUpstreams(name: String, value: JSONValue, key: String, problem: String) throws {
        var upstream: JSONObject = [
            "name": "lab", "tls": "dns.example", "addresses": ["127.0.0.1"], "port": 853, "pins": [],
        ]
        upstream[name] = value
        #expect(throws: BundleError.manifestInvalid(key: "resolver.upstreams[0].\(key)", problem: problem)) {
            try Bundle.read(try Sample.bundle(replacing: ["resolver", "upstreams"], with: [.object(upstream)]))
        }
    }

    /// There is one way for a connection to leave.
    @Test func refusesTwoWaysForOneUpstream() throws {
        for (one, other) in [("device", "socks"), ("device", "connect"), ("socks", "connect")] {
            var upstream: JSONObject = [
                "name": "lab", "tls": "dns.example", "addresses": ["127.0.0.1"], "port": 853, "pins": [],
            ]
            upstream[one] = one == "device" ? "wg0" : "127.0.0.1:1080"
            upstream[other] = "127.0.0.1:1081"
            let problem = "is no proxy of this machine"
            #expect(throws: BundleError.manifestInvalid(key: "resolver.upstreams[0].\(other)", problem: problem)) {
                try Bundle.read(try Sample.bundle(replacing: ["resolver", "upstreams"], with: [.object(upstream)]))
            }
        }
    }

    @Test(
        arguments: [
            ("path", "dns-query", "path", "is no path"), ("path", "", "path", "is no path"),
            ("path", "/dns query", "path", "is no path"), ("path", "/\u{E4}", "path", "is no path"),
            ("path", .string("/" + String(repeating: "x", count: 2_000)), "path", "is no path"),
            ("tls", "dns.example", "tls", "is unknown"),
        ] as [(String, JSONValue, String, String)])
    func refusesServicesOverHTTPS(name: String, value: JSONValue, key: String, problem: String) throws {
        var upstream: JSONObject = [
            "name": "lab", "https": "dns.example", "path": "/dns-query", "addresses": ["127.0.0.1"], "port": 443,
            "pins": [],
        ]
        let whole = try Sample.bundle(replacing: ["resolver", "upstreams"], with: [.object(upstream)])
        #expect(try Bundle.read(whole).manifest.resolver.upstreams[0].service == .https(path: "/dns-query"))
        upstream[name] = value
        #expect(throws: BundleError.manifestInvalid(key: "resolver.upstreams[0].\(key)", problem: problem)) {
            try Bundle.read(try Sample.bundle(replacing: ["resolver", "upstreams"], with: [.object(upstream)]))
        }
    }

    @Test func refusesNamesThatAreThereTwiceAndNamesOfNothing() {
        var twice = Sample.bareManifest
        twice.resolver.upstreams += twice.resolver.upstreams
        #expect(throws: BundleError.manifestInvalid(key: "resolver.upstreams[1].name", problem: "is there twice")) {
            try Bundle.read(BundleWriter(twice).encoded())
        }
        var dangling = Sample.bareManifest
        dangling.resolver.upstreams[0].certificateAuthority = "absent"
        #expect(throws: BundleError.manifestInvalid(key: "resolver.upstreams.lab.ca", problem: "names no section")) {
            try Bundle.read(BundleWriter(dangling).encoded())
        }
    }

    @Test func refusesAManifestThatIsNotCanonical() {
        let text = Array(BundleWriter(Sample.bareManifest).encoded()[48...])
        #expect(throws: BundleError.manifestNotCanonical) { try Bundle.read(Sample.file(manifest: text + [0x20])) }
        #expect(throws: BundleError.manifestNotJSON(.truncated(offset: text.count - 1))) {
            try Bundle.read(Sample.file(manifest: Array(text.dropLast())))
        }
    }

    /// Sections elsewhere than the layout puts them, in files whose digests are all right.
    @Test(
        arguments: [
            ([0, 4096], "fits", nil), ([0, 0], "overlap", .sectionMisplaced("1")),
            ([4096, 0], "order", .sectionMisplaced("0")), ([0, 8192], "gap", .sectionMisplaced("1")),
            ([0, 100], "alignment", .sectionMisplaced("1")), ([0, 268_435_456], "far", .sectionMisplaced("1")),
        ] as [([Int], String, BundleError?)])
    func refusesMisplacedSections(offsets: [Int], name: String, error: BundleError?) throws {
        let contents: [[UInt8]] = [[1, 2, 3], [4, 5]]
        let sections = offsets.enumerated().map { index, offset in
            JSONValue.object([
                "name": .string("\(index)"), "offset": .integer(Int64(offset)),
                "length": .integer(Int64(contents[index].count)),
                "sha256": .string(Sample.digest(of: contents[index]).hexadecimal),
            ])
        }
        var file = try Sample.bundle(replacing: ["sections"], with: .array(sections))
        for content in contents { file += [UInt8](repeating: 0, count: 4096 - file.count % 4096) + content }
        var found: BundleError?
        do { _ = try Bundle.read(file) } catch { found = error }
        #expect(found == error, "\(name)")
    }
}
