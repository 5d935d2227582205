import NetworkTypes
import ResolverRuntime
import ServiceHost
import Testing

@Suite struct ServiceOptionsTests {
    @Test func readsEveryOption() throws {
        var expected = ServiceOptions(DaemonOptions(bundlePath: "b"))
        expected.listeners = [try #require(Endpoint("127.0.0.1:5300")), try #require(Endpoint("[::1]:5300"))]
        expected.common.runtimeDirectory = "r"
        expected.common.stateDirectory = "s"
        expected.common.trustPath = "key.pem"
        expected.common.allowsRollback = true
        expected.common.checksOnly = true
        expected.workers = 4
        let words = [
            "--listen", "127.0.0.1:5300", "--listen=[::1]:5300", "--bundle=b", "--runtime-dir", "r", "--state-dir", "s",
            "--trust", "key.pem", "--allow-rollback", "--check", "--workers", "4",
        ]
        #expect(read(words) == .run(expected))
    }

    @Test func takesDirectoriesFromTheServiceManager() {
        var expected = ServiceOptions(DaemonOptions(bundlePath: "b"))
        #expect(read(["--bundle", "b"]) == .run(expected))
        expected.common.runtimeDirectory = "/run/own"
        expected.common.stateDirectory = "/var/lib/first"
        let variables = ["RUNTIME_DIRECTORY": "/run/own", "STATE_DIRECTORY": "/var/lib/first:/var/lib/second"]
        #expect(read(["--bundle", "b"], variables) == .run(expected))
        expected.common.runtimeDirectory = "given"
        #expect(read(["--bundle", "b", "--runtime-dir", "given"], variables) == .run(expected))
    }

    @Test func answersQuestionsAboutItself() {
        #expect(read(["--help"]) == .help)
        #expect(read(["--bundle", "b", "-h"]) == .help)
        #expect(read(["--version"]) == .version)
    }

    @Test(arguments: [
        ([], "`--bundle FILE` is missing"),
        (["--bundle"], "`--bundle` needs a value"),
        (["--bundle="], "`--bundle` needs a value"),
        (["--bundle", "b", "--listen", "localhost"], "`--listen localhost` is no address and port"),
        (["--bundle", "b", "--listen", "127.0.0.1:99999"], "`--listen 127.0.0.1:99999` is no address and port"),
        (["--bundle", "b", "--workers", "0"], "`--workers 0` is no number from 1 to 16"),
        (["--bundle", "b", "--workers", "many"], "`--workers many` is no number from 1 to 16"),
        (["--bundle", "b", "--check=yes"], "`--check` takes no value"),
        (["--bundle", "b", "--nonsense"], "unknown option `--nonsense`"),
        (["--bundle", "b", "more"], "unexpected argument `more`"),
    ])
    func saysWhatIsWrong(words: [String], message: String) throws {
        guard case .wrongUsage(let line) = read(words) else {
            Issue.record("\(words) was accepted")
            return
        }
        #expect(line.hasPrefix(message), "\(line)")
        #expect(!line.contains("\n"))
    }

    private func read(_ words: [String], _ variables: [String: String] = [:]) -> ServiceOptions.Request {
        ServiceOptions.read(words) { variables[$0] }
    }
}
