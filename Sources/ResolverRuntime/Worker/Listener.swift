internal import LinuxIO
internal import NetworkTypes

/// A UDP socket that clients ask. A class, because it is shared between the table and the batch under way.
final class DatagramListener {
    let socket: DatagramSocket
    /// No longer read from; kept for the answers that are still due.
    var isRetired = false

    init(_ socket: consuming DatagramSocket) { self.socket = socket }
}

/// A TCP socket that clients connect to.
final class ConnectionListener {
    let listener: StreamListener
    /// Not accepting for lack of descriptors.
    var isPaused = false

    init(_ listener: consuming StreamListener) { self.listener = listener }
}
