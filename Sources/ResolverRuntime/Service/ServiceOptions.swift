package import NetworkTypes
package import ServiceHost

/// What `enigm-resolverd` is told on its command line.
package struct ServiceOptions: Equatable, Sendable {
    package var common: DaemonOptions
    /// Replace the profile's listeners; empty: they do not.
    package var listeners: [Endpoint] = []

    package init(_ common: DaemonOptions) { self.common = common }

    package enum Request: Equatable, Sendable {
        case run(ServiceOptions)
        case help
        case version
        /// One line that says what is wrong with the command line.
        case wrongUsage(String)
    }

    /// `arguments` without the program's name.
    package static func read(_ arguments: [String], environment: (String) -> String?) -> Request {
        var listeners: [Endpoint] = []
        let request = DaemonOptions.read(arguments, environment: environment) { option, reader throws(WrongUsage) in
            guard option == "--listen" else { return false }
            listeners.append(try endpoint(reader.value(of: option)))
            return true
        }
        switch request {
        case .run(let common):
            var options = ServiceOptions(common)
            options.listeners = listeners
            return .run(options)
        case .help: return .help
        case .version: return .version
        case .wrongUsage(let message): return .wrongUsage(message)
        }
    }

    private static func endpoint(_ text: String) throws(WrongUsage) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw WrongUsage("`--listen \(text)` is no address and port, such as 127.0.0.1:5300 or [::1]:5300")
        }
        return endpoint
    }
}
