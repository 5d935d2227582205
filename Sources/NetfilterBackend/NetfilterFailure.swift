/// Why the kernel did not do what it was asked: one case per cause that an operator can act upon.
package enum NetfilterFailure: Error, Equatable, Sendable {
    /// CAP_NET_ADMIN is missing in this network namespace.
    case notPermitted
    /// Somebody else changed the ruleset since the generation that the change was made for.
    case stale
    /// The kernel refused parts of the change; nothing of it is in force.
    case refused([Refusal])
    /// A dump kept being overtaken by changes.
    case interrupted
    case system(call: String, errno: Int32)

    /// One refused part.
    package struct Refusal: Equatable, Sendable {
        package var part: BatchPart
        package var errno: Int32

        package init(part: BatchPart, errno: Int32) {
            self.part = part
            self.errno = errno
        }
    }
}

/// What one message of a batch was for, so that a refusal finds its way back to the profile's line.
package enum BatchPart: Hashable, Sendable, CustomStringConvertible {
    case batch
    case table(String)
    case set(String)
    case chain(String)
    case rule(chain: String, index: Int)

    package var description: String {
        switch self {
        case .batch: "the batch"
        case .table(let name): "table `\(name)`"
        case .set(let name): "set `\(name)`"
        case .chain(let name): "chain `\(name)`"
        case .rule(let chain, let index): "rule \(index + 1) of chain `\(chain)`"
        }
    }
}
