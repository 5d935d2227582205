internal import LinuxIO
internal import NetworkTypes

/// A UDP socket that clients ask. A class, because it is shared between the table and the batch under way.
final class DatagramListener {
    let socket: DatagramSocket
    /// Whose questions come here.
    var view: UInt16
    /// No longer read from; kept for the answers that are still due.
    var isRetired = false

    init(_ socket: consuming DatagramSocket, view: UInt16) {
        self.socket = socket
        self.view = view
    }
}

/// A TCP socket that clients connect to.
final class ConnectionListener {
    let listener: StreamListener
    /// Whose questions come here.
    var view: UInt16
    /// Not accepting for lack of descriptors.
    var isPaused = false

    init(_ listener: consuming StreamListener, view: UInt16) {
        self.listener = listener
        self.view = view
    }
}
