package import NetworkTypes
package import TLSEngine

/// Where one upstream is and how its identity is proved: what a transport needs to know of the bundle.
package struct UpstreamPlan {
    /// The profile's name for it.
    package let name: String
    /// At least one, in the order to try them.
    package let endpoints: [Endpoint]
    package let context: TLSContext
    /// Equal for equal upstreams, across reloads: everything that identifies it.
    package let identity: [UInt8]

    package init(name: String, endpoints: [Endpoint], context: TLSContext, identity: [UInt8]) {
        precondition(!endpoints.isEmpty, "an upstream has an address")
        self.name = name
        self.endpoints = endpoints
        self.context = context
        self.identity = identity
    }
}
