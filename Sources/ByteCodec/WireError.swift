/// What is wrong with bytes that came from outside: trivial values, so that throwing one allocates nothing.
/// The payload is the offset, from the start of the message, at which reading or writing stopped.
package enum WireError: Error, Equatable, Sendable {
    /// The bytes end before the field that starts at `offset` does.
    case truncated(offset: Int)
    /// The field at `offset` has a value that its specification does not permit.
    case malformed(offset: Int)
    /// Writing the field at `offset` would pass the end of the buffer or a named limit.
    case overflow(offset: Int)
}
