internal import NetworkTypes
internal import ProfileModel

/// The entries of `resolver.hosts`: domain names, each with addresses.
enum HostGrammar {
    static let table = Form<[HostEntry]>.namedTable(key: .domainName, entry: addresses) {
        HostEntry(name: $0, addresses: $1)
    }

    private static let addresses = Form<[Located<IPAddress>]>.list(of: .address, minimum: 1)
}
