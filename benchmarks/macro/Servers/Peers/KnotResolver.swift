extension Server {
    static let knotResolver = Server(
        name: "knot-resolver", role: .peer, program: "kresd", package: "knot-resolver",
        abilities: [.caches, .forwardsOverTLS],
        setup: { assignment in
            let upstream = assignment.upstream
            let cache = "\(assignment.directory)/cache"
            let text = """
                log_target("stderr")
                log_level("err")
                net.listen("127.0.0.1", \(assignment.port), { kind = "dns" })
                cache.open(\(assignment.cacheMiB) * MB, "lmdb://\(cache)")
                trust_anchors.remove(".")
                for _, name in ipairs({ "ta_update", "ta_signal_query", "priming", "detect_time_skew", "detect_time_jump" }) do
                  modules.unload(name)
                end
                modules.load("policy")
                policy.add(policy.all(policy.TLS_FORWARD({
                  { "127.0.0.1@\(upstream.securePort)", hostname = "\(upstream.name)", ca_file = "\(upstream.authority)" }
                })))

                """
            let path = "\(assignment.directory)/kresd.conf"
            return Setup(
                files: [(path, text)], directories: [cache], arguments: ["-n", "-c", path, assignment.directory])
        })
}
