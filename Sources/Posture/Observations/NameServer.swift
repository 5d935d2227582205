package import NetworkTypes

/// A server that this machine's programs are told to ask.
package struct NameServer: Equatable, Sendable {
    /// resolv.conf(5): the C library looks at three; others read more.
    package static let maximumCount = 8

    package let address: IPAddress

    package init(address: IPAddress) { self.address = address }

    /// The `nameserver` lines of a resolv.conf; lines that are no address are left out.
    package static func read(_ text: String) -> [NameServer] {
        let servers = text.split(whereSeparator: \.isNewline).compactMap { line -> NameServer? in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            // A link-local address carries its device behind `%`.
            return IPAddress(String(words[1].prefix { $0 != "%" })).map(NameServer.init)
        }
        return Array(servers.prefix(maximumCount))
    }
}
