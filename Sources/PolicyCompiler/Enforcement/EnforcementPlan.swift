package import NetworkTypes
package import Ruleset

/// A profile with its references resolved and numbered: what the lowering to chains works on.
package struct EnforcementPlan: Hashable, Sendable {
    package var subjects: [Subject]
    package var paths: [Path]
    package var rules: [Rule]
    package var defaultAction: Action
    package var resolver: Resolver
    package var local: Local
    package var onBlock: OnBlock

    /// Declared subjects only; `resolver` and `any` are always there.
    package struct Subject: Hashable, Sendable {
        package var number: SubjectNumber
        package var name: String
        package var users: [String]
        package var groups: [String]
        package var isExclusive: Bool
    }

    package struct Path: Hashable, Sendable {
        package var number: PathNumber
        package var name: String
        package var exit: Exit
        /// The families that it carries; the others are blocked by it.
        package var families: [AddressFamily]

        package enum Exit: Hashable, Sendable {
            /// The physical devices; those of the list when it is not empty.
            case direct([String])
            case tunnel(Tunnel)
        }

        /// Outer packets are known by mark, source port and endpoint: they carry the inner sender's user.
        package struct Tunnel: Hashable, Sendable {
            package var interface: String
            package var listenPort: UInt16
            package var endpoints: [Endpoint]
        }
    }

    package enum Action: Hashable, Sendable {
        case via(PathNumber)
        case block
    }

    package struct Rule: Hashable, Sendable {
        package var name: String
        /// In the profile, from 1.
        package var line: Int
        /// Nil means `any`; a block rule of `any` covers everybody.
        package var subject: SubjectNumber?
        /// Empty means everywhere.
        package var addresses: [IPPrefix]
        /// Empty means every protocol.
        package var ports: [PortRange]
        package var action: Action
        /// How often the first packets of flows are logged; nil means never.
        package var log: RateLimit?
        /// Flows that begin beyond this rate are blocked. Only of rules that block nothing.
        package var limit: RateLimit?
    }

    package struct Resolver: Hashable, Sendable {
        package var user: String
        package var upstreams: [Upstream]
        /// The hidden listener that captured queries arrive at.
        package var port: UInt16

        package struct Upstream: Hashable, Sendable {
            package var endpoint: Endpoint
            package var path: PathNumber
        }
    }

    package struct Local: Hashable, Sendable {
        package var allowsDHCP: Bool
        package var allowsAllICMPv6: Bool
        package var inbound: [PortRange]
    }

    package struct OnBlock: Hashable, Sendable {
        package var rejects: Bool
        package var log: RateLimit?
    }
}
