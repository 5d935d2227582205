/// The requests of one server's session, and what is left to send of its answers.
final class ServerExchanges {
    /// A body is a DNS message.
    static let maximumBodyBytes = 65_535

    /// By stream: what has come so far.
    private var open: [Int32: HTTP2ServerRequest] = [:]
    private var whole: [HTTP2ServerRequest] = []
    var bodies: [Int32: ArraySlice<UInt8>] = [:]
    private(set) var lastStream: Int32 = 0
    var pongCount = 0
    var resets: [(stream: Int32, code: UInt32)] = []

    func nextRequest() -> HTTP2ServerRequest? { whole.isEmpty ? nil : whole.removeFirst() }

    func begin(_ stream: Int32) {
        open[stream] = HTTP2ServerRequest(stream: stream)
        lastStream = max(lastStream, stream)
    }

    func received(_ field: HTTP2Field, of stream: Int32) { open[stream]?.append(field) }

    /// False when the body is longer than is accepted.
    func received(_ bytes: UnsafeBufferPointer<UInt8>, of stream: Int32) -> Bool {
        guard let request = open[stream] else { return true }
        guard request.body.count + bytes.count <= ServerExchanges.maximumBodyBytes else { return false }
        unsafe open[stream]?.append(bytes)
        return true
    }

    func completed(_ stream: Int32) {
        if let request = open.removeValue(forKey: stream) { whole.append(request) }
    }

    func closed(_ stream: Int32) {
        open[stream] = nil
        bodies[stream] = nil
    }
}
