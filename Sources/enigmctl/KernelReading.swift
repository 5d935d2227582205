internal import LinuxIO
internal import NetfilterBackend
internal import PolicyRuntime
internal import Posture
internal import Ruleset

/// Reads the tables of ours from the kernel, when this program may.
enum KernelReading {
    /// `besides`: the enforcing process, whose network namespace counts; nil when there is none.
    static func observe(besides process: Int32?) -> KernelObservation {
        do {
            let connection = try NetfilterConnection()
            let generation = try connection.generation().identifier
            if let process, NetworkNamespace(process: process) != NetworkNamespace() { return .otherNamespace }
            let tables = try connection.readStandingTables(EnforcedTables.identities).map(\.table)
            guard tables.contains(where: { $0.family == EnforcedTables.family }) else {
                return .tableAbsent(generation: generation)
            }
            // What `Status` of `io.enigm.policy` calls `tableDigest`.
            return .read(digest: EnforcedTables.digest(of: tables), generation: generation)
        } catch NetfilterFailure.notPermitted {
            return .notPermitted
        } catch {
            return .failed("\(error)")
        }
    }
}
