import NetworkTypes
import ProxyEngine

extension FuzzTarget {
    /// What a proxy says, in whatever pieces: the end is the same, and nothing behind it is taken.
    static let proxy = FuzzTarget(name: "proxy") { bytes in
        guard let first = bytes.first else { return }
        let words = Array(bytes.dropFirst())
        // The first byte says which protocol, and in which pieces the others come.
        let whole = ProxyExchange(first, words, piece: max(1, words.count))
        let pieces = ProxyExchange(first, words, piece: Int(first >> 2) + 1)
        try hold(whole == pieces, "in pieces of \((first >> 2) + 1) it ends otherwise")
        try hold(whole.taken == words.count || whole.outcome != nil, "a handshake that goes on leaves bytes")
        let rest = ProxyExchange(first, Array(words.prefix(whole.taken)), piece: 1)
        try hold(rest.outcome == whole.outcome, "what was not taken mattered")
    }
}

/// A handshake, and what has come of it.
private struct ProxyExchange: Equatable {
    private(set) var taken = 0
    private(set) var said: [UInt8] = []
    private(set) var outcome: ProxyHandshake.Outcome?

    init(_ kind: UInt8, _ words: [UInt8], piece: Int) {
        var handshake = ProxyExchange.handshake(kind)
        said += ProxyExchange.output(of: &handshake)
        while taken < words.count {
            let next = Array(words[taken..<min(words.count, taken + piece)])
            let count = handshake.receive(next.span)
            taken += count
            said += ProxyExchange.output(of: &handshake)
            guard count == next.count else { break }
        }
        outcome = handshake.outcome
    }

    private static func handshake(_ kind: UInt8) -> ProxyHandshake {
        let target = Endpoint(address: .v6(.loopback), port: 853)
        return switch kind & 3 {
        case 0: .socks(SOCKSHandshake(to: target, as: nil))
        case 1: .socks(SOCKSHandshake(to: target, as: .init(user: "user", password: "password")))
        default: .connect(ConnectHandshake(to: target))
        }
    }

    private static func output(of handshake: inout ProxyHandshake) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 1024)
        var span = room.mutableSpan
        let count = handshake.drainOutput(into: &span)
        return Array(room[..<count])
    }
}
