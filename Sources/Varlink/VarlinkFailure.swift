package import CanonicalJSON

/// Why a connection cannot go on. The peer did it, or the line broke: a value, never thrown out of the engine.
package enum VarlinkFailure: Error, Equatable, Sendable {
    case messageTooLarge(limitBytes: Int)
    case malformedJSON(JSONError)
    /// JSON, but no call or no reply.
    case malformedMessage(String)
    /// The peer closed inside a message.
    case truncatedMessage
    /// A reply that no call asked for, or several to a call that wants one.
    case unexpectedReply
    /// The peer closed before every call had its reply.
    case closedBeforeReply
    /// The peer sends calls faster than they are answered, beyond what may wait.
    case tooManyCalls
}

extension VarlinkFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .messageTooLarge(let limit): "a message of more than \(limit) bytes"
        case .malformedJSON(let error): "a message that is no JSON: \(error)"
        case .malformedMessage(let problem): "a message that is not varlink: \(problem)"
        case .truncatedMessage: "the connection ended inside a message"
        case .unexpectedReply: "a reply that nobody asked for"
        case .closedBeforeReply: "the connection ended before the reply"
        case .tooManyCalls: "more calls at once than may wait"
        }
    }
}
