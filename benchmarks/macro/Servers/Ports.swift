import LinuxIO
import NetworkTypes

/// Ports on 127.0.0.1.
enum Ports {
    /// Where DNS over TLS is when nobody says otherwise (RFC 7858 section 3.1).
    static let standardTLS: UInt16 = 853
    private static let maximumAttempts = 100

    static func loopback(_ port: UInt16) -> Endpoint {
        Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port)
    }

    /// A port that neither UDP nor TCP uses at the moment.
    static func free() throws -> UInt16 {
        for _ in 0..<maximumAttempts {
            let socket = try DatagramSocket(boundTo: loopback(0))
            let port = socket.localEndpoint.port
            if canListen(on: port) { return port }
        }
        throw BenchFailure("no port of 127.0.0.1 is free")
    }

    static func canListen(on port: UInt16) -> Bool {
        do {
            _ = try StreamListener(boundTo: loopback(port))
            return true
        } catch {
            return false
        }
    }

    /// Whether connections to it are taken: on loopback that is known at once.
    static func isListening(on port: UInt16) -> Bool {
        do {
            return try StreamSocket(connectingTo: loopback(port)).connectionError() == nil
        } catch {
            return false
        }
    }
}
