internal import NetworkTypes

/// What a client says to a proxy before bytes flow, and what it is answered: the server's side of SOCKS version 5
/// (RFC 1928, RFC 1929) and of CONNECT, as far as a client of ours needs it.
struct ProxyDialogue {
    /// More than a client has to say.
    private static let maximumBytes = 4096

    private let kind: ProxyThread.Kind
    private var input: [UInt8] = []
    private var user: String?
    private var password: String?
    private var stage = Stage.choosing

    private enum Stage { case choosing, authenticating, asking }

    enum Step {
        /// Nothing is to be said yet.
        case wait
        case say([UInt8])
        case connect(ProxyThread.Request)
        case refuse
    }

    init(_ kind: ProxyThread.Kind) { self.kind = kind }

    /// What opens the way, once there is one.
    var welcome: [UInt8] {
        kind == .socks ? [5, 0, 0, 1, 0, 0, 0, 0, 0, 0] : Array("HTTP/1.1 200 OK\r\nVia: lab\r\n\r\n".utf8)
    }

    /// That the other end refuses.
    var regret: [UInt8] { kind == .socks ? [5, 5, 0, 1, 0, 0, 0, 0, 0, 0] : Array("HTTP/1.1 502 No\r\n\r\n".utf8) }

    mutating func receive(_ bytes: [UInt8]) {
        input += bytes
        if input.count > ProxyDialogue.maximumBytes { input = [0] }
    }

    mutating func next() -> Step { kind == .connect ? nextOfConnect() : nextOfSOCKS() }

    private mutating func nextOfConnect() -> Step {
        let text = String(decoding: input, as: UTF8.self)
        guard text.hasSuffix("\r\n\r\n") else { return input.first == 0 ? .refuse : .wait }
        input.removeAll()
        let words = text.split(separator: " ")
        guard words.count > 2, words[0] == "CONNECT", let target = Endpoint(String(words[1])) else { return .refuse }
        return .connect(ProxyThread.Request(target: target, user: nil, password: nil))
    }

    private mutating func nextOfSOCKS() -> Step {
        guard let first = input.first else { return .wait }
        switch stage {
        case .choosing:
            guard first == 5 else { return .refuse }
            guard let methods = take(2, counting: 1) else { return .wait }
            let wantsPassword = methods.contains(2)
            stage = wantsPassword ? .authenticating : .asking
            return .say([5, wantsPassword ? 2 : 0])
        case .authenticating:
            guard first == 1 else { return .refuse }
            guard input.count >= 2, input.count > 2 + Int(input[1]) else { return .wait }
            let split = 2 + Int(input[1])
            guard input.count >= split + 1 + Int(input[split]) else { return .wait }
            user = String(decoding: input[2..<split], as: UTF8.self)
            password = String(decoding: input[(split + 1)..<(split + 1 + Int(input[split]))], as: UTF8.self)
            input.removeFirst(split + 1 + Int(input[split]))
            stage = .asking
            return .say([1, 0])
        case .asking: return nextRequest()
        }
    }

    /// A message of `head` bytes whose byte at `counting` says how many follow; those that follow.
    private mutating func take(_ head: Int, counting: Int) -> [UInt8]? {
        guard input.count >= head, input.count >= head + Int(input[counting]) else { return nil }
        defer { input.removeFirst(head + Int(input[counting])) }
        return Array(input[head..<(head + Int(input[counting]))])
    }

    private mutating func nextRequest() -> Step {
        guard input.count >= 4 else { return .wait }
        let length = input[3] == 1 ? 4 : 16
        guard input.prefix(3) == [5, 1, 0], input[3] == 1 || input[3] == 4 else { return .refuse }
        guard input.count >= 4 + length + 2 else { return .wait }
        let octets = Array(input[4..<(4 + length)])
        let port = UInt16(input[4 + length]) << 8 | UInt16(input[5 + length])
        input.removeFirst(6 + length)
        let address: IPAddress =
            length == 4
            ? .v4(IPv4Address(octets[0], octets[1], octets[2], octets[3]))
            : .v6(IPv6Address(high: ProxyDialogue.number(octets[..<8]), low: ProxyDialogue.number(octets[8...])))
        let target = Endpoint(address: address, port: port)
        return .connect(ProxyThread.Request(target: target, user: user, password: password))
    }

    private static func number(_ octets: ArraySlice<UInt8>) -> UInt64 { octets.reduce(0) { $0 << 8 | UInt64($1) } }
}
