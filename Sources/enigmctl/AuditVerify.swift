internal import ArgumentParser
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import ServiceHost

/// `enigmctl audit verify`: whether every record is there, in order and unchanged.
struct AuditVerify: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that no record was changed, removed or put between others.",
        discussion: """
            Each record names the digest of the one before it. Records cut off at the end leave no gap: compare the \
            head with one that was noted elsewhere (`enigmctl policy status` shows it).

            EXAMPLES:
              enigmctl audit verify

            EXIT STATUS:
              0 whole, 1 damaged, 3 the log cannot be read
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var audit: AuditOptions

    func run() throws {
        let chain = try audit.chain()
        if global.wantsJSON {
            Document.write([
                "schema": "enigm.audit-verify/1", "whole": .bool(chain.isWhole),
                "records": .integer(Int64(chain.lines.count)), "head": .string(chain.head.hexadecimal),
                "sealed-torn-lines": .integer(Int64(chain.sealedTornLines)),
                "problems": .array(chain.problems.map { .string($0.description) }),
            ])
        } else {
            StandardStreams.writeOutput(AuditVerify.text(of: chain))
        }
        if !chain.isWhole { throw ExitStatus.findings }
    }

    static func text(of chain: AuditChain) -> String {
        var lines = chain.problems.map(\.description)
        let torn = chain.sealedTornLines + (chain.unsealed == nil ? 0 : 1)
        let crashes = torn == 0 ? "" : ", \(count(torn, "line")) torn by a crash"
        lines.append(
            chain.isWhole
                ? "whole: \(count(chain.lines.count, "record"))\(crashes)"
                : "damaged: \(count(chain.problems.count, "problem")) in \(count(chain.lines.count, "record"))\(crashes)"
        )
        lines.append("head: \(chain.head.hexadecimal)")
        return lines.joined(separator: "\n") + "\n"
    }
}
