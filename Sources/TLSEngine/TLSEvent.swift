/// What a session has to say; ``failed(_:)`` and ``closed`` are the last.
package enum TLSEvent: Equatable, Sendable {
    /// The server is who it should be; plaintext flows from here on.
    case established(TLSDetails)
    /// The peer said close_notify: everything it sent has arrived.
    case closed
    case failed(TLSFailure)
}
