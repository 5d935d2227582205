internal import Cryptography
internal import LinuxIO
internal import NetfilterBackend
internal import Posture
internal import Ruleset

/// Reads the table of ours from the kernel, when this program may.
enum KernelReading {
    private static let table = "enigm"

    /// `besides`: the enforcing process, whose network namespace counts; nil when there is none.
    static func observe(besides process: Int32?) -> KernelObservation {
        do {
            let connection = try NetfilterConnection()
            let generation = try connection.generation().identifier
            if let process, NetworkNamespace(process: process) != NetworkNamespace() { return .otherNamespace }
            guard let table = try connection.readTable(.inet, table) else {
                return .tableAbsent(generation: generation)
            }
            return .read(digest: digest(table), generation: generation)
        } catch NetfilterFailure.notPermitted {
            return .notPermitted
        } catch {
            return .failed("\(error)")
        }
    }

    /// Of the canonical form in nft's language: what `Status` of `io.enigm.policy` calls `tableDigest`.
    private static func digest(_ table: Table) -> SHA256Digest {
        SHA256.digest(of: Array(Ruleset(tables: [table]).canonical.text.utf8).span)
    }
}
