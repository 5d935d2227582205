import Bundle
import CanonicalJSON
import Cryptography
import NetworkTypes

/// Bundles that the tests read, whole and spoilt.
enum Sample {
    static let bareManifest = BundleManifest(
        profile: ProfileIdentity(name: "bare", version: 7), defaultVerdict: .block,
        resolver: ResolverSettings(
            listeners: [Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 5300)],
            upstreams: [
                UpstreamSettings(
                    name: "lab", serverName: "dns.example", addresses: [.v4(IPv4Address(127, 0, 0, 1))])
            ]))

    /// Every key there is.
    static var manifest: BundleManifest {
        var manifest = bareManifest
        manifest.profile = ProfileIdentity(name: "full", version: 9_007_199_254_740_992, description: "Größe \"1\"\n")
        manifest.defaultVerdict = .via(path: "direct")
        manifest.resolver.user = "enigm-resolver"
        manifest.resolver.selection = .sharded
        manifest.resolver.publicSuffixes = "c"
        manifest.resolver.rebinding = .allow
        manifest.resolver.paddingBlock = 0
        manifest.resolver.cache = CacheSettings(entries: 5, minimumTTL: 1, maximumTTL: 2)
        manifest.resolver.listeners.append(Endpoint(address: .v6(.loopback), port: 5300))
        manifest.resolver.upstreams.append(
            UpstreamSettings(
                name: "second", serverName: "dns2.example",
                addresses: [.v6(.loopback), .v4(IPv4Address(192, 0, 2, 1))],
                port: 8853, pins: [digest(of: [1, 2, 3])],
                certificateAuthority: "b", zones: ["corp.example", "10.in-addr.arpa"]))
        manifest.resolver.upstreams.append(
            UpstreamSettings(
                name: "third", serverName: "dns3.example", service: .https(path: "/dns-query"),
                addresses: [.v4(IPv4Address(192, 0, 2, 3))], port: 443, egress: .device("wg0")))
        for kind in UpstreamSettings.Proxy.Kind.allCases {
            let proxy = UpstreamSettings.Proxy(kind, at: Endpoint(address: .v6(.loopback), port: 1080))
            manifest.resolver.upstreams.append(
                UpstreamSettings(
                    name: kind.rawValue, serverName: "dns4.example", addresses: [.v4(IPv4Address(192, 0, 2, 4))],
                    egress: .proxy(proxy)))
        }
        manifest.resolver.views.append(
            ViewSettings(
                name: "chat", port: 5301, upstreams: ["second", "lab"], names: ["chat.example", "*.media.example"]))
        manifest.resolver.blocked = [
            BlockedNames(rule: "no-ads", view: nil, names: ["ads.example", "*.ads.example"]),
            BlockedNames(rule: "no-games", view: "chat", names: ["games.example"]),
        ]
        manifest.resolver.hosts = [
            HostSettings(name: "nas.example", addresses: [.v4(IPv4Address(192, 168, 1, 20)), .v6(.loopback)])
        ]
        return manifest
    }

    /// One short, one of exactly a page, one that goes over.
    static let sections: [(String, [UInt8])] = [
        ("a", [1]), ("b", [UInt8](repeating: 2, count: 4096)), ("c", (0..<300).map { UInt8(truncatingIfNeeded: $0) }),
    ]

    static func writer() -> BundleWriter {
        var writer = BundleWriter(manifest)
        for (name, content) in sections { writer.addSection(named: name, content) }
        return writer
    }

    static func digest(of bytes: [UInt8]) -> SHA256Digest { SHA256.digest(of: bytes.span) }

    /// A file without sections or signature whose header fits `manifest`.
    static func file(manifest: [UInt8]) -> [UInt8] {
        let length = UInt32(manifest.count)
        return Bundle.magic + (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) } + [0, 0, 0, 0]
            + digest(of: manifest).bytes + manifest
    }

    /// The bare bundle with one value of its manifest replaced, its digest right.
    static func bundle(replacing path: [String], with value: JSONValue?) throws -> [UInt8] {
        let text = Array(BundleWriter(bareManifest).encoded()[48...])
        let json = try JSONReader.read(text.span, maximumBytes: text.count)
        let changed = replacing(path[...], in: json, with: value)
        return file(manifest: CanonicalJSONWriter.bytes(of: changed))
    }

    /// A bundle in whose manifest a text stands for another of the same length, its digest right.
    static func bundle(_ writer: BundleWriter, saying new: String, for old: String) -> [UInt8] {
        let bytes = writer.encoded()
        let manifest = Array(bytes[48..<48 + writer.manifestByteCount])
        let text = Array(old.utf8)
        precondition(text.count == new.utf8.count, "what lies behind stays where it is")
        guard let start = manifest.indices.first(where: { manifest[$0...].starts(with: text) }) else { return [] }
        let changed = Array(manifest[..<start]) + Array(new.utf8) + manifest[(start + text.count)...]
        return file(manifest: changed) + bytes[(48 + changed.count)...]
    }

    private static func replacing(_ path: ArraySlice<String>, in json: JSONValue, with value: JSONValue?) -> JSONValue {
        guard var object = json.object, let key = path.first else { return json }
        object[key] = path.count == 1 ? value : object[key].map { replacing(path.dropFirst(), in: $0, with: value) }
        return .object(object)
    }
}
