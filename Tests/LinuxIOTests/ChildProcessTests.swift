import Glibc
import LinuxIO
import NetworkTypes
import Testing

@Suite struct ChildProcessTests {
    @Test func reportsHowItEnded() throws {
        var child = try ChildProcess(.init("/bin/sh", ["-c", "exit 7"]))
        #expect(child.wait() == .code(7))
        #expect(child.poll() == .code(7))
        var killed = try ChildProcess(.init("/bin/sleep", ["60"]))
        killed.send(.kill)
        #expect(killed.wait() == .signal(9))
    }

    @Test func terminatesOnRequestAndByForce() throws {
        var polite = try ChildProcess(.init("/bin/sleep", ["60"]))
        #expect(polite.poll() == nil)
        #expect(polite.terminate() == .signal(15))
        let pipe = try Pipe()
        var request = ChildProcess.Request("/bin/sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"])
        request.output = .descriptor(pipe.writeEnd.rawValue)
        var stubborn = try ChildProcess(request)
        try waitUntil(.readable, pipe.readEnd)
        #expect(stubborn.terminate(within: 50) == .signal(9))
    }

    @Test func passesStreamsAndEnvironment() throws {
        let pipe = try Pipe()
        let extra = try Pipe()
        var request = ChildProcess.Request("/bin/sh", ["-c", "printf %s \"$GREETING\"; printf x >&3"])
        request.environment = [("GREETING", "hello")]
        request.output = .descriptor(pipe.writeEnd.rawValue)
        request.additionalDescriptors = [SharedDescriptor(try extra.writeEnd.duplicate())]
        var child = try ChildProcess(request)
        #expect(child.wait() == .code(0))
        #expect(read(pipe.readEnd) == "hello")
        #expect(read(extra.readEnd) == "x")
    }

    @Test func announcesSocketsToTheVeryProcess() throws {
        let pipe = try Pipe()
        let listener = try StreamListener(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
        var request = ChildProcess.Request("/bin/sh", ["-c", "echo $LISTEN_FDS $((LISTEN_PID - $$))"])
        request.output = .descriptor(pipe.writeEnd.rawValue)
        request.additionalDescriptors = [SharedDescriptor(try listener.descriptor.duplicate())]
        request.announcesSockets = true
        var child = try ChildProcess(request)
        #expect(child.wait() == .code(0))
        #expect(read(pipe.readEnd) == "1 0\n")
    }

    /// The number of a descriptor says nothing once its owner has let go of it: the request is an owner.
    @Test func aRequestKeepsWhatItHandsOver() throws {
        let pipe = try Pipe()
        var request = ChildProcess.Request("/bin/sh", ["-c", "printf x >&3"])
        request.additionalDescriptors = [SharedDescriptor(try pipe.writeEnd.duplicate())]
        let other = try Pipe()
        var child = try ChildProcess(request)
        #expect(child.wait() == .code(0))
        #expect(read(pipe.readEnd) == "x")
        withExtendedLifetime(other.readEnd.rawValue) {}
    }

    @Test func aSessionOfItsOwnIsNotTheStarters() throws {
        var request = ChildProcess.Request("/bin/sleep", ["60"])
        request.hasOwnSession = true
        let child = try ChildProcess(request)
        #expect(getsid(child.identifier) == child.identifier)
        #expect(getsid(child.identifier) != getsid(0))
    }

    @Test func saysWhyAProgramDoesNotStart() throws {
        do {
            _ = try ChildProcess(.init("/nonexistent/program"))
            Issue.record("started")
        } catch {
            #expect(error.isNotFound)
        }
    }

    @Test func tellsTheLoopOfADeath() throws {
        let child = try ChildProcess(.init("/bin/sleep", ["60"]))
        let death = try child.exitDescriptor()
        child.send(.terminate)
        try waitUntil(.readable, death)
    }

    @Test func diesWithItsOwner() throws {
        var identifier: Int32 = 0
        do {
            let child = try ChildProcess(.init("/bin/sleep", ["60"]))
            identifier = child.identifier
            #expect(kill(identifier, 0) == 0)
        }
        #expect(kill(identifier, 0) == -1)
    }

    private func read(_ end: borrowing Descriptor) -> String {
        var buffer = [UInt8](repeating: 0, count: 64)
        var room = buffer.mutableSpan
        guard case .moved(let count) = end.read(into: &room) else { return "" }
        return String(decoding: (0..<count).map { room[$0] }, as: UTF8.self)
    }
}
