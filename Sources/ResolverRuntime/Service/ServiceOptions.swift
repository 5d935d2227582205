package import NetworkTypes
package import ServiceHost

/// What `enigm-resolverd` is told on its command line.
package struct ServiceOptions: Equatable, Sendable {
    package var common: DaemonOptions
    /// Replace the profile's listeners; empty: they do not.
    package var listeners: [Endpoint] = []
    /// Threads that answer questions, each those for its own names.
    package var workers = 1

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
        var workers = 1
        let request = DaemonOptions.read(arguments, environment: environment) { option, reader throws(WrongUsage) in
            switch option {
            case "--listen": listeners.append(try endpoint(reader.value(of: option)))
            case "--workers": workers = try count(reader.value(of: option))
            default: return false
            }
            return true
        }
        switch request {
        case .run(let common):
            var options = ServiceOptions(common)
            options.listeners = listeners
            options.workers = workers
            return .run(options)
        case .help: return .help
        case .version: return .version
        case .wrongUsage(let message): return .wrongUsage(message)
        }
    }

    private static func count(_ text: String) throws(WrongUsage) -> Int {
        let range = 1...WorkerCrew.maximumWorkers
        guard let count = Int(text), range.contains(count) else {
            throw WrongUsage("`--workers \(text)` is no number from \(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    private static func endpoint(_ text: String) throws(WrongUsage) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw WrongUsage("`--listen \(text)` is no address and port, such as 127.0.0.1:5300 or [::1]:5300")
        }
        return endpoint
    }
}
