import TestSupport
import Testing

/// A Tor network of Debian's `tor` on the loopback address: three relays that agree among themselves on what the network
/// is and let everything out, and a client with a SOCKS port. It knows of no other relay, so that nothing leaves.
final class TorNetwork {
    let port = FreePort.next()
    private let controlPort = FreePort.next()
    private let scratch = ScratchDirectory()
    private let relays: [ChildProcess]
    private let client: ChildProcess

    static let isInstalled = Repository.hasTool("tor") && Repository.hasTool("tor-gencert")
    static let missing: Comment = "no `tor`: run `make deps`"

    /// Does not wait until there are circuits, which takes about half a minute.
    init() throws {
        let scratch = scratch
        let identities = try (1...3).map { try Identity("relay\($0)", in: scratch) }
        let authorities = identities.map(\.authority)
        relays = identities.map { identity in
            TorNetwork.start(identity.name, identity.lines + TorNetwork.relayLines(scratch) + authorities, in: scratch)
        }
        scratch.directory("client", mode: 0o700)
        let lines = [
            "SocksPort 127.0.0.1:\(port)", "ControlPort 127.0.0.1:\(controlPort)", "ClientRejectInternalAddresses 0",
        ]
        client = TorNetwork.start("client", lines + authorities, in: scratch)
        let isUp = Moment.wait(.seconds(20)) { !FreePort.isFree(port) && !FreePort.isFree(controlPort) }
        try #require(isUp, "tor does not come up: \(client.standardOutput)")
    }

    /// Whether circuits can be made.
    var isReady: Bool { client.standardOutput.contains("Bootstrapped 100%") }

    /// What the client says, for a failure's message.
    var log: Substring { client.standardOutput.suffix(2_000) }

    /// Under which user names of SOCKS there are circuits now.
    func users() throws -> Set<Substring> {
        let control = try #require(LoopbackSocket(.stream, connectedTo: controlPort))
        control.send(Array("AUTHENTICATE\r\nGETINFO circuit-status\r\nQUIT\r\n".utf8))
        var bytes: [UInt8] = []
        while let more = control.receive(), !more.isEmpty { bytes += more }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        return Set(words.filter { $0.hasPrefix("SOCKS_USERNAME=") }.map { $0.dropFirst("SOCKS_USERNAME=".count) })
    }

    private static func start(_ name: String, _ lines: [String], in scratch: ScratchDirectory) -> ChildProcess {
        let general = ["TestingTorNetwork 1", "DataDirectory \(scratch.path(name))"]
        let configuration = scratch.write((general + lines).joined(separator: "\n") + "\n", to: "\(name).torrc")
        return ChildProcess("tor", ["--defaults-torrc", scratch.write("", to: "empty.torrc"), "-f", configuration])
    }

    /// An exit looks up names to see whether its resolver lies: these ask nobody.
    private static func relayLines(_ scratch: ScratchDirectory) -> [String] {
        [
            "SocksPort 0", "Address 127.0.0.1", "AssumeReachable 1", "ContactInfo none", "ExitRelay 1",
            "ExitPolicy accept *:*", "ExitPolicyRejectPrivate 0", "ServerDNSDetectHijacking 0",
            "ServerDNSAllowBrokenConfig 1", "ServerDNSResolvConfFile \(scratch.write("", to: "resolv.conf"))",
            "AuthoritativeDirectory 1", "V3AuthoritativeDirectory 1", "TestingDirAuthVoteExit *",
            "TestingDirAuthVoteGuard *", "TestingMinExitFlagThreshold 0", "TestingV3AuthInitialVotingInterval 20",
            "TestingV3AuthInitialVoteDelay 4", "TestingV3AuthInitialDistDelay 4",
        ]
    }

    /// A relay that votes on the network: its keys, and how the others know it.
    private struct Identity {
        let name: String
        let lines: [String]
        let authority: String

        init(_ name: String, in scratch: ScratchDirectory) throws {
            let (relayPort, directoryPort) = (FreePort.next(), FreePort.next())
            let keys = scratch.directory(name, mode: 0o700) + "/keys"
            scratch.directory("\(name)/keys", mode: 0o700)
            let certificate = try Identity.certify("127.0.0.1:\(directoryPort)", keys, in: scratch)
            let relay = try Identity.fingerprint(name, in: scratch)
            self.name = name
            lines = [
                "Nickname \(name)", "ORPort 127.0.0.1:\(relayPort)", "DirPort 127.0.0.1:\(directoryPort)",
            ]
            authority =
                "DirAuthority \(name) orport=\(relayPort) v3ident=\(certificate) 127.0.0.1:\(directoryPort) \(relay)"
        }

        /// The fingerprint of the key that signs its votes.
        private static func certify(_ address: String, _ keys: String, in scratch: ScratchDirectory) throws -> Substring
        {
            let result = CommandResult.run(
                "tor-gencert",
                [
                    "--create-identity-key", "-m", "12", "-a", address, "-i", "\(keys)/authority_identity_key",
                    "-s", "\(keys)/authority_signing_key", "-c", "\(keys)/authority_certificate", "--passphrase-fd",
                    "0",
                ], input: scratch.write("none\n", to: "passphrase"))
            try #require(result.status == .exited(0), "tor-gencert: \(result.errors)")
            let words = TextFile.text(of: "\(keys)/authority_certificate").split(whereSeparator: \.isWhitespace)
            return try #require(words.firstIndex(of: "fingerprint").map { words[$0 + 1] })
        }

        /// That of the key by which it is a relay, which is made here.
        private static func fingerprint(_ name: String, in scratch: ScratchDirectory) throws -> Substring {
            let result = CommandResult.run(
                "tor",
                [
                    "-f", scratch.write("", to: "empty.torrc"), "--list-fingerprint", "--orport", "1",
                    "--datadirectory", scratch.path(name), "--nickname", name,
                ])
            try #require(result.status == .exited(0), "tor --list-fingerprint: \(result.output)")
            let words = TextFile.text(of: scratch.path("\(name)/fingerprint")).split(whereSeparator: \.isWhitespace)
            return try #require(words.last)
        }
    }
}
