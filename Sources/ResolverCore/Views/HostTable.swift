internal import DNSWire
internal import NetworkTypes

/// Names that the profile gives addresses, and the names of these addresses; the same in every view.
struct HostTable {
    private let names: NameTable
    private let addresses: [[IPAddress]]
    /// The reverse names of all addresses.
    private let pointers: NameTable
    /// Whose each of them is.
    private let targets: [[OwnedName]]

    /// What is known of a name.
    enum Entry: Equatable {
        case addresses([IPAddress])
        case names([OwnedName])
    }

    init(_ hosts: [HostConfiguration], _ key: NameHashKey) {
        names = NameTable(hosts.map(\.name), key)
        addresses = hosts.map(\.addresses)
        var owners: [OwnedName: [OwnedName]] = [:]
        for host in hosts {
            for address in host.addresses { owners[OwnedName(reverseOf: address), default: []].append(host.name) }
        }
        pointers = NameTable(Array(owners.keys), key)
        targets = Array(owners.values)
    }

    /// Of a name in uncompressed wire form and lower case; nil for one that the profile does not know.
    subscript(name: Span<UInt8>) -> Entry? {
        if let number = names.number(of: name) { return .addresses(addresses[number]) }
        return pointers.number(of: name).map { .names(targets[$0]) }
    }
}

extension HostTable.Entry {
    /// Those of that type; none where the name exists and has no such data.
    func records(_ type: RecordType) -> [LocalRecord] {
        switch self {
        case .addresses(let addresses): addresses.map { LocalRecord($0) }.filter { $0.type == type }
        case .names(let names): type == .ptr ? names.map { LocalRecord(type: .ptr, data: $0.wire) } : []
        }
    }
}

extension LocalRecord {
    fileprivate init(_ address: IPAddress) {
        switch address {
        case .v4(let address): self.init(type: .a, data: address.octets)
        case .v6(let address): self.init(type: .aaaa, data: address.octets)
        }
    }
}

extension OwnedName {
    /// The name that an address is looked up by (RFC 1035 section 3.5, RFC 3596 section 2.5).
    fileprivate init(reverseOf address: IPAddress) {
        let text =
            switch address {
            case .v4(let address):
                address.octets.reversed().map { "\($0)." }.joined() + "in-addr.arpa"
            case .v6(let address):
                address.octets.reversed().map { octet in
                    "\(String(octet & 0xF, radix: 16)).\(String(octet >> 4, radix: 16))."
                }.joined() + "ip6.arpa"
            }
        guard let name = OwnedName(text) else { preconditionFailure("every address has a reverse name") }
        self = name
    }
}
