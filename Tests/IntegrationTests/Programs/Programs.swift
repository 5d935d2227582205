import TestSupport
import Testing

/// The release programs that these tests drive.
enum Programs {
    static let areBuilt = ["enigm-resolverd", "enigmctl", "enigm-lab"].allSatisfy(Repository.hasProgram)
    static let missing: Comment = "no release programs: run `make build`"

    static func enigmctl(_ arguments: [String], limit: Duration = .seconds(20)) -> CommandResult {
        CommandResult.run(Repository.program("enigmctl"), arguments, environment: ["NO_COLOR": "1"], limit: limit)
    }

    static func resolverd(_ arguments: [String], limit: Duration = .seconds(20)) -> CommandResult {
        CommandResult.run(Repository.program("enigm-resolverd"), arguments, limit: limit)
    }

    /// Compiles a profile, which has to succeed.
    static func compile(_ profile: String, to bundle: String) throws {
        let result = enigmctl(["profile", "compile", profile, "-o", bundle])
        try #require(result.status == .exited(0), "\(result.errors)\(result.output)")
    }
}
