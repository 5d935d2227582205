internal import CLinux
internal import Glibc

/// What came of trying to move bytes without waiting.
package enum Transfer: Equatable, Sendable {
    /// How many bytes; never 0.
    case moved(Int)
    /// Nothing now: wait for readiness.
    case wouldBlock
    /// The peer has said that no more will come.
    case end
    case failed(SystemError)
}

/// An open file descriptor and its only owner: closed when it goes out of scope.
package struct Descriptor: ~Copyable, Sendable {
    /// The kernel's number, for calls that take one; valid while the owner lives.
    package let rawValue: CInt

    /// Takes ownership of an open descriptor.
    package init(owning rawValue: CInt) {
        precondition(rawValue >= 0, "not a descriptor")
        self.rawValue = rawValue
    }

    deinit { _ = Glibc.close(rawValue) }

    /// Gives ownership away: the caller closes it.
    package consuming func release() -> CInt {
        let raw = rawValue
        discard self
        return raw
    }

    package func duplicate() throws(SystemError) -> Descriptor {
        Descriptor(owning: try check(Glibc.fcntl(rawValue, F_DUPFD_CLOEXEC, 0), "duplicate a descriptor"))
    }

    package func setNonBlocking() throws(SystemError) {
        let flags = try check(Glibc.fcntl(rawValue, F_GETFL), "read descriptor flags")
        try check(Glibc.fcntl(rawValue, F_SETFL, flags | O_NONBLOCK), "set descriptor flags")
    }

    /// Reads what is there, at most as much as fits.
    package func read(into bytes: inout MutableSpan<UInt8>) -> Transfer {
        while true {
            // The kernel writes at most `count` bytes to a buffer that lives through the call.
            let count = unsafe bytes.withUnsafeMutableBufferPointer {
                unsafe Glibc.read(rawValue, $0.baseAddress, $0.count)
            }
            if count > 0 { return .moved(count) }
            if count == 0 { return .end }
            if errno != EINTR { return Descriptor.outcome(of: "read") }
        }
    }

    /// Writes as much as the kernel takes.
    package func write(_ bytes: Span<UInt8>) -> Transfer {
        while true {
            // The kernel reads at most `count` bytes from a buffer that lives through the call.
            let count = unsafe bytes.withUnsafeBufferPointer {
                unsafe Glibc.write(rawValue, $0.baseAddress, $0.count)
            }
            if count >= 0 { return .moved(count) }
            if errno != EINTR { return Descriptor.outcome(of: "write") }
        }
    }

    /// Writes everything, waiting where it must: for files and blocking streams.
    package func writeAll(_ bytes: Span<UInt8>) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            switch write(bytes.extracting(written..<bytes.count)) {
            case .moved(let count): written += count
            case .failed(let error): throw error
            case .wouldBlock: try waitUntilWritable()
            case .end: return
            }
        }
    }

    static func outcome(of call: String) -> Transfer {
        errno == EAGAIN || errno == EWOULDBLOCK ? .wouldBlock : .failed(SystemError(call))
    }

    private func waitUntilWritable() throws(SystemError) {
        var request = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        // One pollfd, on the stack, for the length of the call.
        let result = unsafe Glibc.poll(&request, 1, -1)
        if result < 0, errno != EINTR { throw SystemError("poll") }
    }
}
