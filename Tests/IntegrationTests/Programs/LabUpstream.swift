import Glibc
import TestSupport
import Testing

/// `enigm-lab upstream` on a free port, with faults.
final class LabUpstream {
    static let serverName = "dns.lab.example"

    let port = FreePort.next()
    private let scratch = ScratchDirectory()
    private let process: ChildProcess

    var authority: String { scratch.path("ca.pem") }

    init(_ options: [String]) throws {
        process = ChildProcess(
            Repository.program("enigm-lab"),
            ["upstream", "--listen", "127.0.0.1:\(port)", "--write-ca", scratch.path("ca.pem")] + options)
        let process = process
        let isUp = Moment.wait(.seconds(10)) { process.poll() != nil || !process.standardOutput.isEmpty }
        try #require(isUp && process.poll() == nil, "the upstream does not come up: \(process.standardError)")
    }

    var profile: UpstreamProfile {
        UpstreamProfile(serverName: Self.serverName, port: port, authority: authority)
    }
}
