import Bundle
import PolicyCompiler
import ProfileLoader
import ProfileModel
import Testing

/// Bundles made from profiles, as the compiler makes them.
enum TestPolicy {
    /// `rules` and `subjects`: lines of those keys of the profile; `views`: the ports of views.
    static func bundle(
        version: Int = 1, user: String = "nobody", rules: [String] = [], subjects: [String] = [],
        views: [String: UInt16] = [:],
        paths: [String] = [], keys: [String] = []
    ) throws -> [UInt8] {
        let lines = views.map { "    \($0): { upstreams: [main], port: \($1) }" }
        let profile = """
            schema: enigm.network/1
            profile: { name: test, version: \(version) }
            \(paths.isEmpty ? "" : "paths:\n" + paths.map { "  " + $0 }.joined(separator: "\n"))
            subjects:
              browser: { users: [\(user)] }
            \(subjects.map { "  " + $0 }.joined(separator: "\n"))
            resolver:
              user: root
              upstreams:
                main: { tls: dns.example.net, addresses: [198.51.100.53], path: direct }
            \((views.isEmpty ? [] : ["  views:"] + lines).joined(separator: "\n"))
            default: { block: true }
            rules:
              web: { from: browser, to: { addresses: [203.0.113.0/24], ports: [443/tcp] }, via: direct }
            \(rules.map { "  " + $0 }.joined(separator: "\n"))
            \(keys.joined(separator: "\n"))
            """
        let loaded = ProfileLoader.load(Array(profile.utf8), fileName: "test.yaml")
        let read = try #require(loaded.profile, "\(loaded.diagnostics)")
        let compiled = PolicyCompiler.compile(read, files: NoFiles())
        return try #require(compiled.bundle, "\(compiled.diagnostics)").encoded()
    }

    /// A policy of so many rules, to give an apply some length.
    static func longBundle(version: Int, ruleCount: Int) throws -> [UInt8] {
        try bundle(
            version: version,
            rules: (0..<ruleCount).map { number in
                "r\(number): { from: any, to: { addresses: [198.18.\(number / 250).\(number % 250 + 1)], "
                    + "ports: [\(1000 + number + version)/tcp] }, via: direct }"
            })
    }

    private struct NoFiles: ProfileFiles {
        func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
            throw UnreadableFile(reason: "there are no files in this test")
        }
    }
}
