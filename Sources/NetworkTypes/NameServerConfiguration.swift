/// What a resolv.conf(5) says of whom this machine's programs are to ask.
package struct NameServerConfiguration: Equatable, Sendable {
    /// The C library looks at three (MAXNS); others read more.
    package static let maximumServers = 8
    /// No file of these is longer than a page or two.
    package static let maximumBytes = 256 * 1024

    package struct NameServer: Hashable, Sendable, CustomStringConvertible {
        package let address: IPAddress
        /// The device behind the `%` of a link-local address.
        package let zone: String?

        package init(address: IPAddress, zone: String? = nil) {
            self.address = address
            self.zone = zone
        }

        package var description: String { zone.map { "\(address)%\($0)" } ?? "\(address)" }
    }

    /// In the order of the file.
    package let nameServers: [NameServer]

    /// The `nameserver` lines of a file; those without an address are left out, as every reader of it does.
    package init(_ text: String) {
        let servers = text.split(whereSeparator: \.isNewline).compactMap { line -> NameServer? in
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            let parts = words[1].split(separator: "%", maxSplits: 1)
            return parts.first.flatMap { IPAddress(String($0)) }.map {
                NameServer(address: $0, zone: parts.count > 1 ? String(parts[1]) : nil)
            }
        }
        nameServers = Array(servers.prefix(NameServerConfiguration.maximumServers))
    }
}
