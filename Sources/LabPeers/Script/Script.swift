package import NetworkTypes

/// How an upstream server behaves, faults included: lines of text that a person writes (`docs/lab.md` has every word).
/// All lines that fit apply, from the first to the last; where two contradict each other the later one holds. What is
/// left to chance is drawn from the seed, the connection and the answer, so that it comes again.
package struct Script: Sendable, Equatable {
    package var seed: UInt64 = 1
    package var certificate = CertificateKind.valid
    /// nil for both, as the client asks.
    package var transport: Transport?
    /// The only version of TLS that is spoken; nil for 1.2 and 1.3.
    package var version: TLSVersion?
    package var issuesTickets = true
    /// How many requests at once a client of DNS over HTTPS may have under way.
    package var maximumStreams: UInt32 = 100
    var rules: [ScriptRule] = []

    package enum Transport: String, Sendable, CaseIterable {
        case dot
        case doh
    }

    private init() {}

    /// A server without faults.
    package static let wellBehaved = Script()

    /// Reads a script. `file` gives what a file holds that the text names, or says why it cannot.
    package init(
        _ text: String, file: (String) throws(ScriptProblem.Unreadable) -> [UInt8] = Script.noFiles
    ) throws(ScriptError) {
        var reader = ScriptReader()
        self = try reader.read(text, file: file)
    }

    /// For texts that name none.
    package static func noFiles(_ path: String) throws(ScriptProblem.Unreadable) -> [UInt8] {
        throw ScriptProblem.Unreadable(reason: "no files are read here")
    }

    /// Longer texts are no scripts.
    package static let maximumBytes = 1 << 16

    /// How a server speaks TLS that shows a certificate for `name` and `addresses`, to clients that trust `authority`.
    package func tls(
        name: String, addresses: [IPAddress], authority: CertificateAuthority
    ) -> TLSServerConfiguration {
        let protocols: [Transport: String] = [.dot: "dot", .doh: "h2"]
        return TLSServerConfiguration(
            identity: certificate.identity(name: name, addresses: addresses, authority: authority),
            applicationProtocols: Transport.allCases.filter { transport ?? $0 == $0 }.compactMap { protocols[$0] },
            minimumVersion: version ?? .tls12, maximumVersion: version ?? .tls13, issuesTickets: issuesTickets)
    }
}
