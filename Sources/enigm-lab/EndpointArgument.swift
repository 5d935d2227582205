internal import ArgumentParser
internal import NetworkTypes

/// `127.0.0.1:8853` or `[::1]:8853` on the command line.
struct EndpointArgument: ExpressibleByArgument {
    let endpoint: Endpoint

    init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    init?(argument: String) {
        guard let endpoint = Endpoint(argument) else { return nil }
        self.endpoint = endpoint
    }

    var defaultValueDescription: String { endpoint.description }
}
