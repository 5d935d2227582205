/// What a lab server has seen since it started.
package struct UpstreamServerCounters: Sendable, Equatable {
    /// Accepted TCP connections.
    package var connections = 0
    /// Finished handshakes, and those among them that a session ticket shortened.
    package var handshakes = 0
    package var resumed = 0
    /// Handshakes that failed: what a client does that does not like the certificate.
    package var failedHandshakes = 0
    package var queries = 0
    /// Answers written, repeated and wrong ones included.
    package var answers = 0
    /// Connections that the server has ended by itself.
    package var ended = 0

    package init() {}
}
