import NetworkTypes
import ProxyEngine
import Testing

@Suite struct ConnectHandshakeTests {
    private func asking(_ target: String = "198.51.100.53:853") throws -> ProxyHandshake {
        .connect(ConnectHandshake(to: try endpoint(target)))
    }

    @Test(arguments: ["198.51.100.53:853", "[2001:db8::53]:443"])
    func onlyTheTargetIsTold(target: String) throws {
        var handshake = try asking(target)
        let request = String(decoding: handshake.said(), as: UTF8.self)
        #expect(request == "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\r\n")
    }

    /// What stands behind the empty line is the upstream's.
    @Test(arguments: [
        "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\nProxy-agent: tinyproxy/1.11.1\r\n\r\n",
        "HTTP/1.1 204\r\nContent-Length: 17\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 299 \n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
    ])
    func aTunnelBeginsBehindTheEmptyLine(head: String) throws {
        let bytes = Array(head.utf8)
        for size in [1, 2, 7, 4096] {
            var handshake = try asking()
            #expect(handshake.hear(bytes + [22, 3, 3], by: size) == bytes.count)
            #expect(handshake.outcome == .open)
        }
        for count in 0..<bytes.count {
            var handshake = try asking()
            #expect(handshake.hear(Array(bytes.prefix(count)), by: 1) == count)
            #expect(handshake.outcome == nil, "open after \(count) bytes")
        }
    }

    @Test(arguments: [
        (407, ProxyFailure.authenticationRequired), (401, .authenticationRequired), (403, .notAllowed),
        (405, .commandNotSupported), (501, .commandNotSupported), (502, .hostUnreachable), (503, .hostUnreachable),
        (504, .timedOut), (500, .generalFailure), (599, .generalFailure), (302, .rejected), (400, .rejected),
        (499, .rejected), (101, .malformed), (600, .malformed), (99, .malformed),
    ])
    func everyStatusHasItsCause(status: Int, failure: ProxyFailure) throws {
        var handshake = try asking()
        let digits = status < 100 ? "0\(status)" : "\(status)"
        _ = handshake.hear(Array("HTTP/1.1 \(digits) Whatever\r\nA: b\r\n\r\n".utf8), by: 1)
        #expect(handshake.outcome == .failed(failure))
    }

    @Test(arguments: [
        "HTTP/2 200\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000\r\n", "HTTP/1.1  200\r\n", "HTTP/1.1 2x0 OK\r\n",
        "HTTP/1.x 200 OK\r\n", "http/1.1 200 OK\r\n", "\r\n", "\n", "SSH-2.0-OpenSSH\r\n", "\u{5}\u{0}",
        "HTTP/1.1\r\n",
    ])
    func whatIsNoAnswerFailsAtOnce(text: String) throws {
        var handshake = try asking()
        _ = handshake.hear(Array(text.utf8), by: 1)
        #expect(handshake.outcome == .failed(.malformed))
    }

    @Test func aHeadWithoutEndIsNotTaken() throws {
        var handshake = try asking()
        let fields = [UInt8](repeating: 0x61, count: 2 * ConnectHandshake.maximumHeadBytes)
        let taken = handshake.hear(Array("HTTP/1.1 200 OK\r\n".utf8) + fields, by: 1000)
        #expect(taken == ConnectHandshake.maximumHeadBytes + 1)
        #expect(handshake.outcome == .failed(.malformed))
    }

    /// Interim answers count, too.
    @Test func interimAnswersHaveAnEnd() throws {
        var handshake = try asking()
        let interim = Array(repeating: Array("HTTP/1.1 102 Processing\r\n\r\n".utf8), count: 1000).flatMap(\.self)
        _ = handshake.hear(interim, by: 1000)
        #expect(handshake.outcome == .failed(.malformed))
    }
}
