package import NetworkTypes

/// A name that is answered from the profile itself, in every view that answers it.
package struct HostSettings: Equatable, Sendable {
    /// Those of a large office; whoever has more has a name server for them.
    package static let maximumCount = 4096
    /// An answer over UDP has room for about as many.
    package static let maximumAddresses = 64

    /// Lower case, no final dot; names below it are not meant.
    package var name: String
    /// In profile order; at least one.
    package var addresses: [IPAddress]

    package init(name: String, addresses: [IPAddress]) {
        self.name = name
        self.addresses = addresses
    }
}
