internal import COpenSSL

/// What libssl has to say of a failure, on the thread where it happened.
enum ErrorQueue {
    /// Before a call, so that what it leaves there is its own. Clearing goes over every place of the queue, looking over
    /// none: on the way of a query it is nearly always empty.
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }
}
