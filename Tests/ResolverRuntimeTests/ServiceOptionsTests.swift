import NetworkTypes
import ResolverRuntime
import Testing

@Suite struct ServiceOptionsTests {
    @Test func readsEveryOption() throws {
        var expected = ServiceOptions(bundlePath: "b")
        expected.listeners = [try #require(Endpoint("127.0.0.1:5300")), try #require(Endpoint("[::1]:5300"))]
        expected.runtimeDirectory = "r"
        expected.stateDirectory = "s"
        expected.trustPath = "key.pem"
        expected.allowsRollback = true
        expected.checksOnly = true
        let words = [
            "--listen", "127.0.0.1:5300", "--listen=[::1]:5300", "--bundle=b", "--runtime-dir", "r", "--state-dir", "s",
            "--trust", "key.pem", "--allow-rollback", "--check",
        ]
        #expect(read(words) == .run(expected))
    }

    @Test func takesDirectoriesFromTheServiceManager() {
        var expected = ServiceOptions(bundlePath: "b")
        #expect(read(["--bundle", "b"]) == .run(expected))
        expected.runtimeDirectory = "/run/own"
        expected.stateDirectory = "/var/lib/first"
        let variables = ["RUNTIME_DIRECTORY": "/run/own", "STATE_DIRECTORY": "/var/lib/first:/var/lib/second"]
        #expect(read(["--bundle", "b"], variables) == .run(expected))
        expected.runtimeDirectory = "given"
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
