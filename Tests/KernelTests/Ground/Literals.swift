import NetworkTypes

// Literals of these tests: a wrong one is a mistake of the test.

func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("`\(text)` is no address") }
    return address
}

func prefix(_ text: String) -> IPPrefix {
    guard let prefix = IPPrefix(text) else { preconditionFailure("`\(text)` is no prefix") }
    return prefix
}

func endpoint(_ text: String) -> Endpoint {
    guard let endpoint = Endpoint(text) else { preconditionFailure("`\(text)` is no endpoint") }
    return endpoint
}

/// Every address of a family, at that port.
func anyAddress(_ family: AddressFamily, port: UInt16) -> Endpoint {
    endpoint(family == .v4 ? "0.0.0.0:\(port)" : "[::]:\(port)")
}

extension AddressFamily {
    /// Somebody behind the wire, as an endpoint is written.
    var host: String { self == .v4 ? "198.51.100.80" : "[2001:db8:100::80]" }

    /// The outside's own address at the other end of the wire.
    var otherEnd: String { self == .v4 ? "198.51.100.241" : "[2001:db8:1::1]" }

    /// The device's own address on the wire.
    var ownAddress: String { self == .v4 ? Ground.address4 : "[\(Ground.address6)]" }
}
