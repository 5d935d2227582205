package import HTTP2Engine
package import NetworkTypes
package import TLSEngine

/// Where one upstream is and how its identity is proved: what a transport needs to know of the bundle.
package struct UpstreamPlan {
    /// The profile's name for it.
    package let name: String
    /// At least one, in the order to try them.
    package let endpoints: [Endpoint]
    package let context: TLSContext
    /// What is asked by DNS over HTTPS; nil for DNS over TLS.
    package let target: HTTP2Target?
    package let egress: UpstreamEgress
    /// The only view that has this one, where views share no connection.
    package let view: String?
    /// Equal for equal upstreams, across reloads: everything that identifies it.
    package let identity: [UInt8]

    package init(
        name: String, endpoints: [Endpoint], context: TLSContext, target: HTTP2Target?,
        egress: UpstreamEgress = .routed, view: String? = nil, identity: [UInt8]
    ) {
        precondition(!endpoints.isEmpty, "an upstream has an address")
        self.name = name
        self.endpoints = endpoints
        self.context = context
        self.target = target
        self.egress = egress
        self.view = view
        self.identity = identity
    }

    /// What messages call it.
    var label: String { view.map { "\(name) of view \($0)" } ?? name }
}
