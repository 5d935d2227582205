package import NetworkTypes

/// A name that is answered from the profile itself.
package struct HostEntry: Sendable, Equatable {
    package var name: Located<DomainName>
    package var addresses: [Located<IPAddress>]

    package init(name: Located<DomainName>, addresses: [Located<IPAddress>]) {
        self.name = name
        self.addresses = addresses
    }
}
