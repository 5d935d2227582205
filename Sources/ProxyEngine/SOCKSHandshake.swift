internal import ByteCodec
package import NetworkTypes

/// The client's side of SOCKS version 5 (RFC 1928): asks for a connection to an address, never to a name.
///
/// With credentials both methods are offered, without and with a password (RFC 1929), and the proxy chooses. They are no
/// secret shared with it: a proxy that keeps strangers apart (Tor's `IsolateSOCKSAuth`) tells them by these.
package struct SOCKSHandshake: Sendable {
    /// RFC 1928 section 6: four bytes, a name with its length, a port.
    static let maximumReplyBytes = 4 + 1 + 255 + 2
    /// RFC 1929 section 2: a length has one byte.
    package static let maximumCredentialBytes = 255

    package private(set) var outcome: ProxyHandshake.Outcome?
    private let target: Endpoint
    private let credentials: Credentials?
    private var state = State.choosing
    private var output = ByteQueue()
    /// What has come of the message that is awaited.
    private var input: [UInt8] = []

    /// Visible ASCII, one byte at least.
    package struct Credentials: Equatable, Hashable, Sendable {
        package let user: String
        package let password: String

        package init(user: String, password: String) {
            for text in [user, password] {
                precondition(
                    (1...maximumCredentialBytes).contains(text.utf8.count), "RFC 1929 has no room for such credentials")
            }
            self.user = user
            self.password = password
        }
    }

    private enum State {
        case choosing, authenticating, connecting
    }

    package init(to target: Endpoint, as credentials: Credentials?) {
        self.target = target
        self.credentials = credentials
        input.reserveCapacity(SOCKSHandshake.maximumReplyBytes)
        let methods = credentials == nil ? [Method.anonymous] : [Method.password, Method.anonymous]
        send([Version.socks, UInt8(methods.count)] + methods.map(\.rawValue))
    }

    /// Takes what the proxy sent, and answers how many of the bytes were for it.
    package mutating func receive(_ bytes: Span<UInt8>) -> Int {
        var taken = 0
        while taken < bytes.count, outcome == nil {
            input.append(bytes[taken])
            taken += 1
            advance()
        }
        return taken
    }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int { output.drain(into: &bytes) }

    /// One byte more is there.
    private mutating func advance() {
        switch state {
        case .choosing: if input.count == 2 { takeMethod() }
        case .authenticating: if input.count == 2 { takeAuthentication() }
        case .connecting: takeReply()
        }
    }

    private mutating func takeMethod() {
        guard input[0] == Version.socks else { return fail(.malformed) }
        switch Method(rawValue: input[1]) {
        case .anonymous: request()
        case .password where credentials != nil: authenticate()
        // RFC 1928 section 3: none of those that were offered.
        case .unacceptable: fail(.authenticationRequired)
        case .password, nil: fail(.malformed)
        }
    }

    private mutating func authenticate() {
        guard let credentials else { return }
        enter(.authenticating)
        let (user, password) = (Array(credentials.user.utf8), Array(credentials.password.utf8))
        send([Version.authentication, UInt8(user.count)] + user + [UInt8(password.count)] + password)
    }

    private mutating func takeAuthentication() {
        guard input[0] == Version.authentication else { return fail(.malformed) }
        guard input[1] == 0 else { return fail(.authenticationRefused) }
        request()
    }

    private mutating func request() {
        enter(.connecting)
        let (type, address): (AddressType, [UInt8]) =
            switch target.address {
            case .v4(let address): (.ipv4, address.octets)
            case .v6(let address): (.ipv6, address.octets)
            }
        let port = [UInt8(target.port >> 8), UInt8(truncatingIfNeeded: target.port)]
        send([Version.socks, SOCKSHandshake.connect, 0, type.rawValue] + address + port)
    }

    /// A refusal is told as soon as it shows; where the connection leaves from, which follows, is for the proxy's friends.
    private mutating func takeReply() {
        guard input[0] == Version.socks else { return fail(.malformed) }
        guard input.count >= 2 else { return }
        if input[1] != 0 { return fail(SOCKSHandshake.failure(of: input[1])) }
        guard input.count >= 4 else { return }
        switch AddressType(rawValue: input[3]) {
        case .ipv4: finish(at: 4 + 4 + 2)
        case .ipv6: finish(at: 4 + 16 + 2)
        case .name: if input.count >= 5 { finish(at: 4 + 1 + Int(input[4]) + 2) }
        case nil: fail(.malformed)
        }
    }

    private mutating func finish(at count: Int) {
        if input.count == count { outcome = .open }
    }

    private mutating func enter(_ state: State) {
        self.state = state
        input.removeAll(keepingCapacity: true)
    }

    private mutating func send(_ bytes: [UInt8]) { output.append(bytes.span) }

    private mutating func fail(_ failure: ProxyFailure) { outcome = .failed(failure) }

    /// RFC 1928 section 6.
    private static func failure(of reply: UInt8) -> ProxyFailure {
        switch reply {
        case 1: .generalFailure
        case 2: .notAllowed
        case 3: .networkUnreachable
        case 4: .hostUnreachable
        case 5: .connectionRefused
        case 6: .timedOut
        case 7: .commandNotSupported
        case 8: .addressNotSupported
        default: .rejected
        }
    }

    private enum Version {
        static let socks: UInt8 = 5
        /// RFC 1929 section 2.
        static let authentication: UInt8 = 1
    }

    private enum Method: UInt8 {
        case anonymous = 0
        case password = 2
        case unacceptable = 0xFF
    }

    /// RFC 1928 section 5.
    private enum AddressType: UInt8 {
        case ipv4 = 1
        case name = 3
        case ipv6 = 4
    }

    /// RFC 1928 section 4.
    private static let connect: UInt8 = 1
}
