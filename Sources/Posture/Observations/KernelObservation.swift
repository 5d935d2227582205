internal import CanonicalJSON
package import Cryptography

/// What the observing program itself read of the kernel's rules, beside the daemon's word.
package enum KernelObservation: Equatable, Sendable {
    /// The table of ours: digest of its canonical form, and the ruleset's generation it was read at.
    case read(digest: SHA256Digest, generation: UInt32)
    /// The kernel holds no table of our name.
    case tableAbsent(generation: UInt32)
    /// CAP_NET_ADMIN is missing.
    case notPermitted
    /// The daemon's rules are in another network namespace than the program's.
    case otherNamespace
    case failed(String)

    var json: JSONValue {
        switch self {
        case .read(let digest, let generation):
            ["table-digest": .string(digest.hexadecimal), "generation": .integer(Int64(generation))]
        case .tableAbsent(let generation): ["table-digest": .null, "generation": .integer(Int64(generation))]
        case .notPermitted: ["not-read": "not permitted"]
        case .otherNamespace: ["not-read": "another network namespace"]
        case .failed(let reason): ["not-read": .string(reason)]
        }
    }
}
