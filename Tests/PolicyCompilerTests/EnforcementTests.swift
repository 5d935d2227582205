import NetworkTypes
import PolicyCompiler
import ProfileModel
import Ruleset
import TestSupport
import Testing

@Suite struct EnforcementTests {
    @Test func nftAcceptsTheTable() throws {
        let template = RulesetLowering(try EnforcementExample.plan()).template
        let text = Ruleset(tables: [EnforcementExample.table(template)]).text
        let scratch = ScratchDirectory()
        let file = scratch.write(text, to: "ruleset.nft")
        let result = CommandResult.run("unshare", ["--map-root-user", "--net", "nft", "-c", "-f", file])
        #expect(result.status == .exited(0), "\(result.errors)\n\(text)")
    }
}
