import Bundle
import ByteCodec
import DNSWire
import Glibc
import LabPeers
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct DaemonTests {
    @Test func servesAndStops() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.lines.count == 2)
        daemon.process.signal(SIGTERM)
        #expect(daemon.process.wait(.seconds(5)) == .exited(0))
        #expect(!FileContents.exists(daemon.controlPath))
    }

    @Test func keepsTheCacheAcrossAReload() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        let query = TestQuery.bytes("www.lab.example")
        #expect(try daemon.ask(query)?.code == .noError)
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 2))
        #expect(try daemon.reload().contains("version 2"))
        #expect(try daemon.ask(query)?.code == .noError)
        #expect(upstream.server.counters.queries == 1)
        #expect(try daemon.ask(TestQuery.bytes("mail.lab.example"))?.code == .noError)
        #expect(upstream.server.counters.connections == 1)
    }

    @Test func keepsWhatIsInForceWhenABundleIsDamaged() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        for damaged in [[], Array("rubbish".utf8), TestBundle.bytes([upstream.settings], version: 2).dropLast(3)] {
            daemon.putBundle(Array(damaged))
            let log = try daemon.reload()
            #expect(log.contains("refused"))
            #expect(log.split(separator: "\n").count == 1, "\(log)")
        }
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
    }

    @Test func goesBackOnlyWhenTold() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 7))
        #expect(try daemon.reload().contains("version 7"))
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 6))
        #expect(try daemon.reload().contains("--allow-rollback"))
        daemon.process.signal(SIGTERM)
        #expect(daemon.process.wait(.seconds(5)) == .exited(0))

        let again = CommandResult.run(TestDaemon.program, arguments(daemon.scratch) + ["--check"])
        #expect(again.status == .exited(3))
        let allowed = CommandResult.run(
            TestDaemon.program, arguments(daemon.scratch) + ["--check", "--allow-rollback"])
        #expect(allowed.status == .exited(0))
    }

    @Test func drainsWhatIsPending() throws {
        let script = "answer: delay 300ms"
        let upstream = try TestUpstream(script: script)
        let daemon = try TestDaemon([upstream.settings])
        let identifier = daemon.process.identifier
        let thread = try LinuxIO.Thread {
            MonotonicClock.sleep(milliseconds: 100)
            kill(identifier, SIGTERM)
        }
        let answer = try daemon.ask(TestQuery.bytes("www.lab.example"))
        thread.join()
        #expect(daemon.process.wait(.seconds(5)) == .exited(0), "\(daemon.process.standardError)")
        #expect(answer?.code == .noError, "\(daemon.process.standardError)")
    }

    @Test func refusesASecondInstance() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        let second = CommandResult.run(TestDaemon.program, arguments(daemon.scratch))
        #expect(second.status == .exited(3))
        #expect(second.errorLines.count == 1)
        #expect(second.errors.contains("--runtime-dir"))
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
    }

    @Test func startsAfterACrash() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings])
        daemon.process.signal(SIGKILL)
        #expect(daemon.process.wait(.seconds(5)) == .signalled(9))
        #expect(FileContents.exists(daemon.controlPath))
        let next = try TestDaemon([upstream.settings], scratch: daemon.scratch)
        #expect(try next.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
    }

    @Test func anUnknownUserIsDegradedAndNoFailure() throws {
        let upstream = try TestUpstream()
        let daemon = try TestDaemon([upstream.settings], user: "no-such-user-here")
        let process = daemon.process
        #expect(Moment.wait(.seconds(5)) { process.standardError.contains("<4>degraded: ") })
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
    }

    @Test func takesSocketsByActivation() throws {
        let upstream = try TestUpstream()
        let pair = try ListenerPair.open()
        let scratch = ScratchDirectory()
        scratch.write(TestBundle.bytes([upstream.settings]), to: "bundle")
        var request = LinuxIO.ChildProcess.Request(TestDaemon.program, arguments(scratch))
        request.additionalDescriptors = [
            SharedDescriptor(try pair.datagrams.descriptor.duplicate()),
            SharedDescriptor(try pair.streams.descriptor.duplicate()),
        ]
        request.announcesSockets = true
        request.error = .null
        var daemon = try LinuxIO.ChildProcess(request)
        let isReady = Moment.wait(.seconds(10)) { FileContents.exists(scratch.path("run/io.enigm.resolver")) }
        #expect(isReady)
        let helper = try TestDaemon([upstream.settings])
        let answer = try helper.ask(TestQuery.bytes("www.lab.example"), port: pair.datagrams.localEndpoint.port)
        #expect(answer?.code == .noError)
        let exit = daemon.terminate()
        #expect(exit == .code(0))
    }

    private func arguments(_ scratch: ScratchDirectory) -> [String] {
        [
            "--bundle", scratch.path("bundle"), "--runtime-dir", scratch.path("run"), "--state-dir",
            scratch.path("state"),
        ]
    }
}
