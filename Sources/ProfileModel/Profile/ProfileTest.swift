package import NetworkTypes

/// An entry of `tests`: packets and what must become of them. `destinations` and `expectations` are of equal length.
package struct ProfileTest: Sendable, Equatable {
    package var name: Located<String>
    /// A declared subject, `any` or `resolver`.
    package var from: Located<String>
    package var destinations: [Located<TestDestination>]
    package var expectations: [Located<Expectation>]
    /// Sent while the portal is open, on a link with these resolvers; nil while it is closed.
    package var portalResolvers: [Located<IPAddress>]?

    package init(
        name: Located<String>, from: Located<String>, destinations: [Located<TestDestination>],
        expectations: [Located<Expectation>], portalResolvers: [Located<IPAddress>]? = nil
    ) {
        self.name = name
        self.from = from
        self.destinations = destinations
        self.expectations = expectations
        self.portalResolvers = portalResolvers
    }
}
