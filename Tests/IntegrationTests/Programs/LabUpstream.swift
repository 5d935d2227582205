import Glibc
import TestSupport
import Testing

/// `enigm-lab upstream` on a free port, which does what a script says.
final class LabUpstream {
    static let serverName = "dns.lab.example"

    let port = FreePort.next()
    private let scratch = ScratchDirectory()
    private let process: ChildProcess

    var authority: String { scratch.path("ca.pem") }

    /// Waits until it is up.
    convenience init(_ options: [String] = [], lines: String...) throws {
        self.init(starting: options + lines.flatMap { ["--line", $0] })
        try waitUntilUp()
    }

    /// One for each list of options, all coming up at once.
    static func start(_ options: [[String]]) throws -> [LabUpstream] {
        let upstreams = options.map(LabUpstream.init(starting:))
        for upstream in upstreams { try upstream.waitUntilUp() }
        return upstreams
    }

    private init(starting options: [String]) {
        process = ChildProcess(
            Repository.program("enigm-lab"),
            ["upstream", "--listen", "127.0.0.1:\(port)", "--write-ca", scratch.path("ca.pem")] + options)
    }

    private func waitUntilUp() throws {
        let isUp = Moment.wait(.seconds(10)) { process.poll() != nil || !process.standardOutput.isEmpty }
        try #require(isUp && process.poll() == nil, "the upstream does not come up: \(process.standardError)")
    }

    /// Connections that it has accepted so far, for one that is quiet; nil when it does not say.
    func connectionCount() -> Int? {
        let before = process.standardError
        process.signal(SIGUSR1)
        guard Moment.wait(.seconds(5), until: { process.standardError != before }) else { return nil }
        let words = process.standardError.dropFirst(before.count).split(separator: " ")
        return words.firstIndex { $0.hasPrefix("connections") }.flatMap { $0 > 0 ? Int(words[$0 - 1]) : nil }
    }

    var profile: UpstreamProfile {
        UpstreamProfile(serverName: Self.serverName, port: port, authority: authority)
    }
}
