internal import ByteCodec
package import NetworkTypes

/// The client's side of HTTP's CONNECT (RFC 9110 section 9.3.6, RFC 9112): asks for a tunnel to an address, without
/// credentials and without saying who asks.
package struct ConnectHandshake: Sendable {
    /// Of an answer's status line and fields; common servers stop at the same.
    package static let maximumHeadBytes = 8192

    package private(set) var outcome: ProxyHandshake.Outcome?
    private var output = ByteQueue()
    private var headByteCount = 0
    /// The line that is coming, as far as it is needed.
    private var line: [UInt8] = []
    /// Of the status line that has come; nil before.
    private var status: UInt16?

    package init(to target: Endpoint) {
        let request = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\r\n"
        output.append(Array(request.utf8).span)
    }

    /// Takes what the proxy sent, and answers how many of the bytes were for it.
    package mutating func receive(_ bytes: Span<UInt8>) -> Int {
        var taken = 0
        while taken < bytes.count, outcome == nil {
            take(bytes[taken])
            taken += 1
        }
        return taken
    }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int { output.drain(into: &bytes) }

    private mutating func take(_ byte: UInt8) {
        headByteCount += 1
        guard headByteCount <= ConnectHandshake.maximumHeadBytes else { return fail(.malformed) }
        guard byte != Octet.lineFeed else { return takeLine() }
        line.append(byte)
        if status == nil, !isStatusLine { fail(.malformed) }
    }

    /// A line may end with a bare line feed (RFC 9112 section 2.2).
    private mutating func takeLine() {
        if line.last == Octet.carriageReturn { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        guard let status else { return takeStatus() }
        guard line.isEmpty else { return }
        // Whatever the fields say of a length: there is no content (RFC 9110 section 9.3.6).
        if (200..<300).contains(status) { return outcome = .open }
        // An interim answer; the final one follows.
        self.status = nil
    }

    private mutating func takeStatus() {
        // `HTTP/1.1 200`, and a reason or none.
        guard line.count >= 12, line.count == 12 || line[12] == Octet.space,
            line[9..<12].allSatisfy({ Octet.digits.contains($0) })
        else { return fail(.malformed) }
        let status = line[9..<12].reduce(UInt16(0)) { 10 * $0 + UInt16($1 - Octet.digits.lowerBound) }
        switch status {
        case 101: fail(.malformed)
        case 100..<300: self.status = status
        default: fail(ConnectHandshake.failure(of: status))
        }
    }

    /// Whether what has come so far may become `HTTP/1.x NNN`: what speaks something else is not waited for.
    private var isStatusLine: Bool {
        let prefix = ConnectHandshake.prefix
        guard line.prefix(prefix.count).elementsEqual(prefix.prefix(line.count)) else { return false }
        if line.count > 7, !Octet.digits.contains(line[7]) { return false }
        return line.count <= 8 || line[8] == Octet.space
    }

    private static let prefix = Array("HTTP/1.".utf8)

    private mutating func fail(_ failure: ProxyFailure) { outcome = .failed(failure) }

    /// RFC 9110 section 15.
    private static func failure(of status: UInt16) -> ProxyFailure {
        switch status {
        case 401, 407: .authenticationRequired
        case 403: .notAllowed
        case 405, 501: .commandNotSupported
        case 502, 503: .hostUnreachable
        case 504: .timedOut
        case 500...599: .generalFailure
        case 300...499: .rejected
        default: .malformed
        }
    }

    private enum Octet {
        static let lineFeed: UInt8 = 0x0A
        static let carriageReturn: UInt8 = 0x0D
        static let space: UInt8 = 0x20
        static let digits: ClosedRange<UInt8> = 0x30...0x39
    }
}
