import Bundle
import ByteCodec
import DNSWire
import Glibc
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

/// The real `enigm-resolverd`, started on an ephemeral port with directories of its own.
final class TestDaemon {
    /// ENIGM_PROGRAMS, or what this very build left.
    static let program =
        (Repository.environment("ENIGM_PROGRAMS") ?? "\(Repository.root)/.build/debug") + "/enigm-resolverd"
    static let isBuilt = access(program, X_OK) == 0
    static let missing: Comment = "enigm-resolverd is not built: run `swift build`"

    let scratch: ScratchDirectory
    let process: TestSupport.ChildProcess
    let port: UInt16

    var bundlePath: String { scratch.path("bundle") }
    var runtimeDirectory: String { scratch.path("run") }
    var controlPath: String { scratch.path("run/io.enigm.resolver") }

    /// Starts with a bundle for `upstreams` and waits until it is ready.
    init(
        _ upstreams: [UpstreamSettings], user: String? = nil, views: [ViewSettings]? = nil,
        suffixes: PublicSuffixTable? = nil, arguments: [String] = [], scratch: ScratchDirectory? = nil
    ) throws {
        let scratch = scratch ?? ScratchDirectory()
        scratch.write(TestBundle.bytes(upstreams, user: user, views: views, suffixes: suffixes), to: "bundle")
        self.scratch = scratch
        process = TestSupport.ChildProcess(
            TestDaemon.program,
            [
                "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:0", "--runtime-dir", scratch.path("run"),
                "--state-dir", scratch.path("state"),
            ] + arguments)
        let process = process
        try #require(
            Moment.wait(.seconds(10)) { process.standardError.contains("ready on ") || process.poll() != nil })
        let hidden = Set((views ?? []).map(\.port))
        port = try #require(TestDaemon.port(in: process.standardError, besides: hidden), "\(process.standardError)")
    }

    func putBundle(_ bytes: [UInt8]) { scratch.write(bytes, to: "bundle") }

    /// Sends SIGHUP and waits for the line that tells the outcome.
    func reload() throws -> String {
        let before = process.standardError.count
        process.signal(SIGHUP)
        let process = process
        try #require(Moment.wait(.seconds(5)) { process.standardError.dropFirst(before).contains("\n") })
        return String(process.standardError.dropFirst(before))
    }

    /// Asks over UDP; nil when no answer comes within `seconds`.
    func ask(_ query: [UInt8], port: UInt16? = nil, seconds: UInt64 = 5) throws -> TestAnswer? {
        try TestClient.ask(
            query, at: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port ?? self.port), seconds: seconds)
    }

    private static func port(in log: String, besides hidden: Set<UInt16>) -> UInt16? {
        var rest = log[...]
        while let start = rest.range(of: "127.0.0.1:") {
            rest = rest[start.upperBound...]
            if let port = UInt16(rest.prefix { $0.isNumber }), !hidden.contains(port) { return port }
        }
        return nil
    }
}

extension Substring {
    /// The first place of `text`.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        indices.lazy.filter { self[$0...].hasPrefix(text) }.first.map { $0..<self.index($0, offsetBy: text.count) }
    }
}
