internal import Cryptography
internal import LinuxIO
internal import NetworkTypes

/// What has to be the same for both of two processes, so that the answers of one are answers for the other: the bundle,
/// and the network, which is known by where packets to each upstream leave from.
struct HandoverTerms {
    /// A digest of both: 32 bytes.
    let bytes: [UInt8]

    init(bundle: SHA256Digest, upstreams: [Endpoint]) {
        self.init(bundle: bundle, ways: upstreams.map { ($0, Routing.source(towards: $0)) })
    }

    init(bundle: SHA256Digest, ways: [(target: Endpoint, source: IPAddress?)]) {
        let lines = [bundle.hexadecimal] + ways.map { "\($0.target) \($0.source?.description ?? "unreachable")" }
        bytes = SHA256.digest(of: Array(lines.joined(separator: "\n").utf8).span).bytes
    }
}
