internal import Bundle
internal import TLSEngine

/// The system's certificate authorities, opened when the first upstream needs them and then shared.
package final class TrustStoreSource {
    private var opened: TrustStore?

    package init() {}

    var store: TrustStore {
        if let opened { return opened }
        let store = TrustStore()
        opened = store
        return store
    }
}

/// Makes the context of one upstream: who it must be, by chain, by pins, or by both.
struct TLSContextSource {
    let upstream: UpstreamSettings
    /// PEM text; nil for the system's authorities.
    let authority: [UInt8]?
    let systemStore: TrustStoreSource

    func make() throws(TLSConfigurationError) -> TLSContext {
        try TLSContext(
            serverName: upstream.serverName, authentication: authentication(), applicationProtocol: applicationProtocol)
    }

    private var applicationProtocol: TLSContext.ApplicationProtocol {
        switch upstream.service {
        case .tls: .dot
        case .https: .http2
        }
    }

    /// Pins alone replace the chain (RFC 8310 section 8.1); an authority of its own beside them means both.
    private func authentication() throws(TLSConfigurationError) -> ServerAuthentication {
        guard let authority else {
            return upstream.pins.isEmpty ? .chain(systemStore.store) : .pins(upstream.pins)
        }
        let store = try TrustStore(pem: authority.span)
        return upstream.pins.isEmpty ? .chain(store) : .chainAndPins(store, upstream.pins)
    }
}
