import Bundle
import ByteCodec
import CanonicalJSON
import DNSWire
import Glibc
import LabPeers
import LinuxIO
import NetworkTypes
import TestSupport
import Testing
import Varlink

/// Several workers behind one endpoint.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct WorkersTests {
    private let upstream: TestUpstream
    private let daemon: TestDaemon
    /// Names of the lab's zone that exist, in more than one worker's share.
    private let names = ["www", "mail", "only4", "only6", "text", "alias"].map { "\($0).lab.example" }

    init() throws {
        upstream = try TestUpstream()
        daemon = try TestDaemon([upstream.settings], arguments: ["--workers", "3"])
    }

    /// Whoever asks, in whatever spelling, from whatever port: a name is fetched once.
    @Test func meetOneCacheForEachName() throws {
        for round in 0..<3 {
            for name in names + (0..<20).map({ "n\($0).lab.example" }) {
                let spelling = round == 1 ? name.uppercased() : name
                #expect(try daemon.ask(TestQuery.bytes(spelling, id: UInt16(round))) != nil, "\(spelling)")
            }
        }
        #expect(upstream.server.counters.queries == 26)
        let counters = try #require(stats()["counters"]?.object)
        #expect(counters["queries"] == 78)
        #expect(counters["misses"] == 26)
        #expect(counters["cacheEntries"] == 26)
        // Every worker has its own connection, and its share of the names.
        #expect(upstream.server.counters.connections == 3)
    }

    @Test func answerTheControlSocketFromTheSameCache() throws {
        for name in names {
            _ = try daemon.ask(TestQuery.bytes(name))
            #expect(try call("Query", ["name": .string(name.uppercased())])["fromCache"] == true)
        }
        for number in 0..<6 {
            let name = "c\(number).lab.example"
            #expect(try call("Query", ["name": .string(name)])["fromCache"] == false)
            _ = try daemon.ask(TestQuery.bytes(name))
        }
        #expect(upstream.server.counters.queries == UInt64(names.count) + 6)
        #expect(try call("Flush", [:])["removed"] == .integer(Int64(names.count) + 6))
        #expect(try call("Query", ["name": .string(names[0])])["fromCache"] == false)
    }

    @Test func allTakeAnotherBundle() throws {
        for name in names { _ = try daemon.ask(TestQuery.bytes(name)) }
        let other = try TestUpstream(named: "other")
        daemon.putBundle(TestBundle.bytes([other.settings], version: 2))
        #expect(try daemon.reload().contains("version 2"))
        for name in names { #expect(try daemon.ask(TestQuery.bytes(name)) != nil) }
        #expect(other.server.counters.queries == 0)
        for number in 0..<12 { _ = try daemon.ask(TestQuery.bytes("r\(number).lab.example")) }
        #expect(other.server.counters.queries == 12)
        #expect(upstream.server.counters.queries == UInt64(names.count))
    }

    @Test func allStop() throws {
        for name in names { _ = try daemon.ask(TestQuery.bytes(name)) }
        daemon.process.signal(SIGTERM)
        #expect(daemon.process.wait(.seconds(5)) == .exited(0))
    }

    private func stats() throws -> JSONObject { try call("Stats", [:]) }

    private func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject {
        try ControlCaller.call(daemon.controlPath, method, parameters).parameters
    }
}
