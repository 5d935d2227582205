import TestSupport
import Testing

/// `microsocks` or `tinyproxy` of Debian's on a free loopback port, stopped with its owner.
final class DebianProxy {
    enum Product: String, CaseIterable {
        case microsocks, tinyproxy

        /// Of a path that has it as its service.
        var key: String { self == .microsocks ? "socks" : "connect" }
    }

    static let areInstalled = Product.allCases.allSatisfy { Repository.hasTool($0.rawValue) }
    static let missing: Comment = "no `microsocks` or `tinyproxy`: run `make deps`"

    let product: Product
    let port: UInt16
    private let scratch = ScratchDirectory()
    private let process: ChildProcess

    /// `arguments`: more of microsocks', or more lines of tinyproxy's configuration.
    init(_ product: Product, port: UInt16 = FreePort.next(), _ arguments: [String] = []) throws {
        self.product = product
        self.port = port
        switch product {
        case .microsocks:
            process = ChildProcess("/usr/bin/microsocks", ["-i", "127.0.0.1", "-p", "\(port)"] + arguments)
        case .tinyproxy:
            let lines = ["Port \(port)", "Listen 127.0.0.1", "MaxClients 20", "LogLevel Connect"] + arguments
            let configuration = scratch.write(lines.joined(separator: "\n") + "\n", to: "configuration")
            process = ChildProcess("/usr/bin/tinyproxy", ["-d", "-c", configuration])
        }
        let isUp = Moment.wait(.seconds(10)) { !FreePort.isFree(port) }
        try #require(isUp, "\(product) does not come up: \(process.standardError)")
    }

    /// The key of a path and its value.
    var entry: String { "\(product.key): \"127.0.0.1:\(port)\"" }

    /// How many connections to that port of this machine it says it has made.
    func connections(to target: UInt16) -> Int {
        let words = product == .microsocks ? "connected to 127.0.0.1:\(target)" : "Request (file descriptor"
        let lines = (process.standardError + process.standardOutput).split(separator: "\n")
        return lines.count { $0.contains(words) && $0.contains(":\(target)") }
    }

    func stop() {
        process.signal(9)
        _ = process.wait()
    }
}
