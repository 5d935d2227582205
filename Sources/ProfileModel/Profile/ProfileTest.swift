package import NetworkTypes

/// An entry of `tests`: packets and what must become of them. `destinations` and `expectations` are of equal length.
package struct ProfileTest: Sendable, Equatable {
    package var name: Located<String>
    /// A declared subject, `any` or `resolver`.
    package var from: Located<String>
    package var destinations: [Located<TestDestination>]
    package var expectations: [Located<Expectation>]

    package init(
        name: Located<String>, from: Located<String>, destinations: [Located<TestDestination>],
        expectations: [Located<Expectation>]
    ) {
        self.name = name
        self.from = from
        self.destinations = destinations
        self.expectations = expectations
    }
}

/// Where a test's packet goes: `tcp chat.example.org:443`.
package struct TestDestination: Hashable, Sendable {
    package let transport: TransportProtocol
    package let host: Host
    package let port: UInt16

    package init(transport: TransportProtocol, host: Host, port: UInt16) {
        self.transport = transport
        self.host = host
        self.port = port
    }

    package enum Host: Hashable, Sendable {
        case address(IPAddress)
        case name(DomainName)
    }
}

/// What must become of a test's packet.
package enum Expectation: Hashable, Sendable {
    /// It ends at our resolver.
    case stub
    case reject
    case drop
    case via(String)
}

/// A statement that is proved for all packets, or the profile does not compile.
package enum Invariant: Hashable, Sendable {
    /// Nothing but the resolver reaches a name-resolution port or service off the device.
    case noNameResolutionLeak
    case neverLeaves(by: Located<String>, except: [Located<Exception>])

    package enum Exception: Hashable, Sendable {
        case rule(String)
        case path(String)
    }
}
