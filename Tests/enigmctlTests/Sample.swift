import CanonicalJSON
import TestSupport
import Testing

enum Sample {
    static let good = """
        schema: enigm.network/1
        profile: { name: good, version: 1 }
        resolver: { upstreams: { lab: { tls: lab.example, addresses: [127.0.0.1] } } }
        default: { block: true }

        """

    /// Right in the language, and more than is compiled.
    static let unsupported = "subjects: { all: { slices: [-.slice] } }\n"

    /// The program beside the tests, built with them.
    static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/enigmctl"
    }()
}

func enigmctl(_ arguments: [String]) -> CommandResult { CommandResult.run(Sample.program, arguments) }

func json(_ text: String) throws -> JSONObject {
    let bytes = Array(text.utf8)
    let value = try JSONReader.read(bytes.span, maximumBytes: 1_000_000)
    return try #require(value.object)
}
