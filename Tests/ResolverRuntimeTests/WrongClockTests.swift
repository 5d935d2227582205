import Bundle
import CanonicalJSON
import Cryptography
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import Synchronization
import TestSupport
import Testing
import Varlink

/// A clock that is behind: certificates are judged all the same, and pins say whose they are.
@Suite(.serialized) struct WrongClockTests {
    private static let day: Int64 = 86_400
    /// In 1970, as of a machine without a battery.
    private static let epoch: Int64 = 1_000

    private static func upstream(
        validity: CertificateValidity = .current, isPinned: Bool
    ) throws -> (server: TestUpstream, settings: UpstreamSettings) {
        let identity = TestUpstream.authority.issue(LeafTemplate(name: TestUpstream.serverName, validity: validity))
        let server = try TestUpstream(identity: identity)
        var settings = server.settings
        if isPinned { settings.pins = [try #require(SHA256Digest(identity.certificate.publicKeyPin))] }
        return (server, settings)
    }

    /// A worker whose clock says what `clock` holds; certificates were valid before at `floor`.
    private static func worker(
        _ settings: UpstreamSettings, clock: FakeClock, floor: Int64 = WallClock.unixSeconds
    ) throws -> TestWorker {
        try TestWorker(
            adoption: TestBundle.adoption([settings]), timeOfDay: TimeOfDay(floor: floor, read: { clock.time }))
    }

    @Test func `with pins the dates are judged at the floor`() throws {
        let (server, settings) = try Self.upstream(isPinned: true)
        let worker = try Self.worker(settings, clock: FakeClock(Self.epoch))
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(server.server.counters.queries == 1)
    }

    @Test(arguments: [CertificateValidity.expired, .notYetValid])
    func `with pins a certificate that is not valid at the floor is refused`(validity: CertificateValidity) throws {
        let (server, settings) = try Self.upstream(validity: validity, isPinned: true)
        let worker = try Self.worker(settings, clock: FakeClock(Self.epoch))
        #expect(try worker.ask("www.lab.example")?.code == .serverFailure)
        #expect(server.server.counters.queries == 0)
        #expect(worker.worker.resolver.upstreams[0].lastFailure == .clockBehind)
    }

    @Test func `with pins another key is refused whatever the clock says`() throws {
        let (server, pinned) = try Self.upstream(isPinned: true)
        var settings = pinned
        settings.pins = [SHA256.digest(of: Array("another key".utf8).span)]
        let worker = try Self.worker(settings, clock: FakeClock(Self.epoch))
        #expect(try worker.ask("www.lab.example")?.code == .serverFailure)
        #expect(worker.worker.resolver.upstreams[0].lastFailure == .pinMismatch)
        #expect(server.server.counters.queries == 0)
    }

    @Test func `without pins the clock alone counts, and the client is told`() throws {
        let (server, settings) = try Self.upstream(isPinned: false)
        let worker = try Self.worker(settings, clock: FakeClock(Self.epoch))
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        #expect(server.server.counters.queries == 0)
        #expect(worker.worker.resolver.upstreams[0].lastFailure == .clockBehind)
        #expect(
            answer.extendedErrors
                == ["upstream `lab`: certificate is not valid by this machine's clock, which is behind; set the clock"])
    }

    @Test(arguments: [true, false])
    func `a clock that may be right is not blamed`(isPinned: Bool) throws {
        let (server, settings) = try Self.upstream(validity: .notYetValid, isPinned: isPinned)
        let now = WallClock.unixSeconds
        // Corrected by an hour: no clock is that exact.
        let worker = try Self.worker(settings, clock: FakeClock(now - 3_600), floor: now)
        #expect(try worker.ask("www.lab.example")?.code == .serverFailure)
        #expect(worker.worker.resolver.upstreams[0].lastFailure == .certificateNotYetValid)
        #expect(worker.worker.timeOfDay.floor == now && server.server.counters.queries == 0)
    }

    @Test func `a clock that is set is believed`() throws {
        let (server, settings) = try Self.upstream(isPinned: false)
        let clock = FakeClock(Self.epoch)
        let worker = try Self.worker(settings, clock: clock)
        #expect(try worker.ask("one.lab.example")?.code == .serverFailure)
        clock.time = WallClock.unixSeconds
        // What only an operator can mend is looked at again every few seconds.
        var answer: TestAnswer?
        for index in 0..<12 where answer?.code != .noError {
            _ = try worker.answers(forMilliseconds: 600)
            answer = try worker.ask("n\(index).wild.lab.example")
        }
        #expect(answer?.code == .noError && server.server.counters.queries == 1, "\(String(describing: answer))")
    }

    @Test func `a certificate that is valid by the clock moves the floor, one by pins alone does not`() throws {
        let now = WallClock.unixSeconds
        for isPinned in [false, true] {
            let (server, asWritten) = try Self.upstream(isPinned: isPinned)
            var settings = asWritten
            if isPinned { settings.certificateAuthority = nil }
            let worker = try Self.worker(settings, clock: FakeClock(now), floor: now - 9 * Self.day)
            #expect(try worker.ask("www.lab.example")?.code == .noError)
            #expect(server.server.counters.queries == 1)
            #expect(worker.worker.timeOfDay.floor == (isPinned ? now - 9 * Self.day : now))
        }
    }

    // MARK: - The daemon

    @Test(.enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
    func `the daemon keeps the time of a valid certificate`() throws {
        let (server, settings) = try Self.upstream(isPinned: false)
        let before = WallClock.unixSeconds
        let daemon = try TestDaemon([settings])
        let path = daemon.scratch.path("state/resolver-time")
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example", .a))?.code == .noError)
        #expect(Moment.wait(.seconds(5)) { TextFile.exists(path) })
        let kept = try #require(Int64(TextFile.text(of: path).dropLast()))
        #expect((before...WallClock.unixSeconds).contains(kept))
        let stats = try ControlCaller.call(daemon.controlPath, "Stats", [:]).parameters
        #expect(stats["degraded"] == [] && server.server.counters.queries == 1)
    }

    /// An earlier run has seen a later time: either was wrong.
    @Test(.enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
    func `the daemon says that its clock is behind`() throws {
        let (pinnedServer, pinned) = try Self.upstream(isPinned: true)
        let scratch = ScratchDirectory()
        try Directory.create(scratch.path("state"), mode: 0o700)
        let later = WallClock.unixSeconds + 3_650 * Self.day
        scratch.write(Array("\(later)\n".utf8), to: "state/resolver-time")
        let daemon = try TestDaemon([pinned], scratch: scratch)
        let reply = try ControlCaller.call(daemon.controlPath, "Query", ["name": "www.lab.example"]).parameters
        #expect(reply["rcode"] == "SERVFAIL")
        let text = reply["extendedError"]?.object?["text"]?.string ?? ""
        #expect(text.contains("this machine's clock, which is behind"), "\(text)")
        #expect(pinnedServer.server.counters.queries == 0, "in ten years its certificate is over")
        let stats = try ControlCaller.call(daemon.controlPath, "Stats", [:]).parameters
        let reasons = (stats["degraded"]?.array ?? []).compactMap(\.string)
        #expect(reasons.contains { $0.hasPrefix("the clock says ") }, "\(reasons)")
        #expect(daemon.process.standardError.contains("degraded: the clock says "), "\(daemon.process.standardError)")
        // What it cannot be before does not go back.
        #expect(TextFile.text(of: daemon.scratch.path("state/resolver-time")) == "\(later)\n")
    }
}

/// A clock that tests set.
final class FakeClock: Sendable {
    private let seconds: Atomic<Int64>

    init(_ time: Int64) { seconds = Atomic(time) }

    var time: Int64 {
        get { seconds.load(ordering: .relaxed) }
        set { seconds.store(newValue, ordering: .relaxed) }
    }
}
