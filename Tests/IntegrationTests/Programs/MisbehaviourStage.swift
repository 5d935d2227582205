import TestSupport

/// A resolver, and an upstream for each script of the lab. Each is asked for the names of its own zone alone, so that
/// all of them misbehave side by side.
final class MisbehaviourStage {
    let scripts: [LabScript]
    let daemon: ResolverDaemon
    private var upstreams: [LabUpstream]

    /// With `hasGoodUpstream` there is a second upstream for all zones, which does what it should.
    init(over transport: LabScript.Transport, hasGoodUpstream: Bool) throws {
        let scripts = LabScript.scripts(over: transport)
        var upstreams = try LabUpstream.start(scripts.map { ["--script", $0.path] } + (hasGoodUpstream ? [[]] : []))
        self.scripts = scripts
        self.upstreams = upstreams
        var entries = zip(scripts, upstreams).map { script, upstream in
            MisbehaviourStage.entry(script.name.filter { $0 != "." }, upstream, [script.zone], transport)
        }
        if hasGoodUpstream, let good = upstreams.popLast() {
            entries.append(MisbehaviourStage.entry("good", good, scripts.map(\.zone), transport))
        }
        daemon = try ResolverDaemon(
            profile: """
                schema: enigm.network/1
                profile: { name: misbehaviour, version: 1 }
                resolver:
                  upstreams:
                    \(entries.joined(separator: "\n    "))
                  selection: ordered
                default: { via: direct }

                """)
    }

    func ask(_ prefix: String, count: Int, for duration: Duration, _ timeout: Duration) -> [String: [ZoneAsker.Reply]] {
        let asker = ZoneAsker(port: daemon.port, prefix: prefix, count: count, duration: duration, timeout: timeout)
        return asker.ask(scripts.map(\.zone))
    }

    func stopUpstreams() { upstreams = [] }

    private static func entry(
        _ name: String, _ upstream: LabUpstream, _ zones: [String], _ transport: LabScript.Transport
    ) -> String {
        let host = LabUpstream.serverName
        let service = transport == .dot ? "tls: \(host)" : "https: \"https://\(host)/dns-query\""
        return "\(name): { \(service), addresses: [127.0.0.1], port: \(upstream.port), ca: \(upstream.authority),"
            + " zones: [\(zones.joined(separator: ", "))], path: direct }"
    }
}
