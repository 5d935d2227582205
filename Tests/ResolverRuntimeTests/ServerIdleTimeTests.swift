import DNSWire
import LabPeers
import LinuxIO
import ResolverRuntime
import Testing

/// What a server says about idle connections (RFC 7828), from its answer to the connection's end.
@Suite struct ServerIdleTimeTests {
    /// An answer with an address, framed, which says that an idle connection is kept for so many tenths of a second.
    private static func answer(keeping tenths: UInt8) -> [UInt8] {
        let message: [UInt8] =
            [0, 0, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0x61, 0, 0, 1, 0, 1]
            + [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 51, 100, 7]
            + [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 6, 0, 11, 0, 2, 0, tenths]
        return [0, UInt8(message.count)] + message
    }

    private func upstream(keeping tenths: UInt8) throws -> TestUpstream {
        try TestUpstream(
            script: Script("answer 1: send file told as question", file: { _ in Self.answer(keeping: tenths) }))
    }

    @Test func zeroClosesTheConnectionAndTheNextQuestionHasAnother() throws {
        let upstream = try upstream(keeping: 0)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("one.lab.example")?.code == .noError)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(upstream.server.counters.connections == 2)
    }

    @Test func aShortTimeIsKept() throws {
        let upstream = try upstream(keeping: 1)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("one.lab.example")?.code == .noError)
        #expect(worker.worker.counters.connectionsOpened == 1)
        // Seven eighths of a tenth of a second, and some for a busy machine.
        _ = try worker.answers(forMilliseconds: 300)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(upstream.server.counters.connections == 2)
    }

    @Test func aLongerOneChangesNothing() throws {
        let upstream = try upstream(keeping: 255)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("one.lab.example")?.code == .noError)
        _ = try worker.answers(forMilliseconds: 300)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(upstream.server.counters.connections == 1)
    }
}
