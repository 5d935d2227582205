import Glibc
import LinuxIO
import Testing

@Suite struct UnixListenerTests {
    @Test func knowsWhoConnects() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        let path = "\(directory)/control"
        let listener = try UnixListener(at: path, mode: 0o666)
        #expect(try !accepts(listener))
        let client = try StreamSocket(connectingTo: path)
        guard let server = try listener.accept() else {
            Issue.record("nobody connected")
            return
        }
        let credentials = try server.peerCredentials()
        #expect(credentials.process == getpid())
        #expect(credentials.user == geteuid())
        #expect(credentials.isMember(of: getegid()))
        #expect(client.write([5].span) == .moved(1))
        var buffer = [UInt8](repeating: 0, count: 4)
        var room = buffer.mutableSpan
        #expect(server.read(into: &room) == .moved(1))
    }

    @Test func replacesAStaleSocketAndRemovesItsOwn() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        let path = "\(directory)/control"
        try leaveStaleSocket(at: path)
        #expect(FileContents.exists(path))
        do {
            let listener = try UnixListener(at: path, mode: 0o600)
            _ = try StreamSocket(connectingTo: listener.path)
        }
        #expect(!FileContents.exists(path))
    }

    @Test func refusesAPathThatIsTooLong() {
        let path = "/tmp/" + String(repeating: "x", count: UnixListener.maximumPathBytes)
        do {
            _ = try UnixListener(at: path, mode: 0o600)
            Issue.record("bound")
        } catch {
            #expect(error.errno == ENAMETOOLONG)
        }
    }

    @Test func locksOncePerPath() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        let path = "\(directory)/lock"
        do {
            let first = try FileLock.acquire(path)
            let isTaken = isHeld(first)
            #expect(isTaken)
            #expect(try !canAcquire(path))
        }
        #expect(try canAcquire(path))
    }

    private func canAcquire(_ path: String) throws -> Bool { isHeld(try FileLock.acquire(path)) }

    private func isHeld(_ lock: borrowing FileLock?) -> Bool {
        switch lock {
        case .some: true
        case .none: false
        }
    }

    private func accepts(_ listener: borrowing UnixListener) throws -> Bool {
        switch try listener.accept() {
        case .some: true
        case .none: false
        }
    }

    /// What a crash leaves behind: the path without a process.
    private func leaveStaleSocket(at path: String) throws {
        do {
            let listener = try UnixListener(at: path, mode: 0o600)
            #expect(link(listener.path, path + ".kept") == 0)
        }
        #expect(rename(path + ".kept", path) == 0)
    }
}
