/// What a session has to say. Each request accepted by ``HTTP2Session/send(_:beginningWith:)`` is told of once, unless it was
/// cancelled or the session has ended before.
package enum HTTP2Event: Equatable, Sendable {
    /// The whole answer to that request; its body is in ``HTTP2Session/body`` until the next event is taken.
    case response(request: Int, HTTP2Response)
    case requestFailed(request: Int, HTTP2RequestFailure)
    /// The server takes no more requests on this connection; those that it has are still answered.
    case goingAway(HTTP2ErrorCode)
    /// The last event: nothing goes in or out any more, but for what is ready to be sent.
    case failed(HTTP2Failure)
}

/// The head of an answer.
package struct HTTP2Response: Equatable, Sendable {
    /// 200 to 599; what comes before the final one (RFC 9110 section 15.2) is not told.
    package var status: UInt16 = 0
    /// Its media type is that of the session's target.
    package var hasExpectedMediaType = false
    /// Seconds that it has spent in caches on its way (RFC 9111 section 5.1).
    package var age: UInt32 = 0
}

/// Why a request has no answer while the connection goes on.
package enum HTTP2RequestFailure: Equatable, Sendable {
    /// The server did not look at it (RFC 9113 section 8.7): it can be sent again without harm.
    case refused
    /// The server ended its stream, or broke a rule on it.
    case reset(HTTP2ErrorCode)
    /// The body is longer than ``HTTP2Session/maximumBodyBytes``.
    case tooLong
}

/// Why a connection is of no more use.
package enum HTTP2Failure: Error, Equatable, Sendable {
    /// The server broke the protocol, in nghttp2's words.
    case protocolViolation(String)
    /// The server ended the connection for this reason.
    case goneAway(HTTP2ErrorCode)
}

extension HTTP2Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .protocolViolation(let reason): "the server broke the HTTP/2 protocol: \(reason)"
        case .goneAway(let code): "the server ended the HTTP/2 connection: \(code)"
        }
    }
}
