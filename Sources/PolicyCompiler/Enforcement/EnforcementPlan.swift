package import NetworkTypes
package import ProfileModel
package import Ruleset

/// A profile with its references resolved and numbered: what the lowering to chains works on.
package struct EnforcementPlan: Hashable, Sendable {
    /// Those that the profile declares, and who sets the clock; `resolver` and `any` are always there.
    package var subjects: [Subject]
    /// Those who run the services behind paths, each a sender of its own.
    package var owners: [Subject]
    /// Those whose packets arrive by a device of their own and are forwarded.
    package var containers: [Subject]
    package var paths: [Path]
    package var rules: [Rule]
    package var defaultAction: Action
    package var resolver: Resolver
    package var local: Local
    package var onBlock: OnBlock
    /// The way through a captive portal; nil where there is none.
    package var portal: Portal?

    package struct Subject: Hashable, Sendable {
        package var number: SubjectNumber
        /// A declared subject's own, or that of the path which an owner is of.
        package var name: String
        /// Any of these makes a match.
        package var selectors: [ProfileModel.Selector]
        package var role: Role

        package enum Role: Hashable, Sendable {
            case ordinary
            /// Its own rules and `block`, nothing else.
            case exclusive
            /// Containers: their own rules and `block`, nothing else.
            case containers
            /// Leaves by that path alone.
            case owner(next: PathNumber)
        }

        /// As no declared subject can be called.
        package static let timeService = "local: time"

        package var isExclusive: Bool { role == .exclusive }

        /// Whether neither rules for `any` nor the default let it out.
        var hasOwnRulesOnly: Bool { role == .exclusive || role == .containers }

        /// The devices that packets of containers arrive by.
        package var interfaces: [String] {
            selectors.compactMap { if case .interface(let name) = $0 { name } else { nil } }
        }

        package var users: [String] { selectors.compactMap { if case .user(let name) = $0 { name } else { nil } } }

        package var groups: [String] { selectors.compactMap { if case .group(let name) = $0 { name } else { nil } } }
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
            case redirect(Redirect)
        }

        package struct Tunnel: Hashable, Sendable {
            package var interface: String
            /// The outer packets' source port; 0 where nothing is known of it.
            package var listenPort: UInt16
            package var endpoints: [TransportEndpoint]
            /// How the outer packets leave.
            package var next: PathNumber
            /// Who sends them; nil for the kernel, whose outer packets carry the inner sender's user and are known by
            /// mark, source port and endpoint.
            package var owner: SubjectNumber?
        }

        /// A service on 127.0.0.1 and ::1 that takes TCP.
        package struct Redirect: Hashable, Sendable {
            /// The families that it has a port for are those that the path carries.
            package var ports: [AddressFamily: UInt16]
            /// These open every destination to whoever reaches them.
            package var socks: UInt16?
            package var connect: UInt16?
            package var owner: SubjectNumber

            package func port(_ family: AddressFamily) -> UInt16? { ports[family] }

            /// In order; nobody but the owner sends from them.
            package var guardedPorts: [UInt16] {
                Set(ports.values).union([socks, connect].compactMap(\.self)).sorted()
            }
        }
    }

    package enum Action: Hashable, Sendable {
        case via(PathNumber)
        case block
    }

    package struct Rule: Hashable, Sendable {
        package var name: String
        /// Where it comes from, for people: `rule printer, line 12`.
        package var origin: String
        /// Nil means `any`; a block rule of `any` covers everybody.
        package var subject: SubjectNumber?
        /// With the addresses that stand for the IPv4 ones. Empty means everywhere, unless there are names.
        package var addresses: [IPPrefix]
        /// Their addresses are known at run time only. Only of rules that block nothing.
        package var names: [NamePattern]
        /// Any of these, of `protocols` and of `icmp`; where all three are empty, every protocol.
        package var ports: [PortRange]
        package var protocols: [IPProtocol]
        package var icmp: [ICMPMessage]
        package var action: Action
        /// How often the first packets of flows are logged; nil means never.
        package var log: RateLimit?
        /// Flows that begin beyond this rate are blocked. Only of rules that block nothing.
        package var limit: RateLimit?
        /// It no longer holds from then on.
        package var until: Timestamp?

        /// Whether nothing narrows where to.
        package var isEverywhere: Bool {
            addresses.isEmpty && names.isEmpty && ports.isEmpty && protocols.isEmpty && icmp.isEmpty
        }
    }

    package struct Resolver: Hashable, Sendable {
        package var user: String
        package var upstreams: [Upstream]
        /// The proxies of paths that the other ones are asked through.
        package var proxies: [Proxy]
        /// In the order of the profile, that of everybody without one of their own first.
        package var views: [View]

        /// Where the captured queries of a subject arrive.
        package struct View: Hashable, Sendable {
            package var name: String
            /// Of the hidden listener.
            package var port: UInt16
            /// Ports below are for programs with a right to them.
            package static let lowestPort: UInt16 = 1024
            /// Nil means everybody without a view of their own.
            package var subject: SubjectNumber?
        }

        package struct Upstream: Hashable, Sendable {
            package var endpoint: Endpoint
            package var path: PathNumber
        }

        /// A service of that path on this machine.
        package struct Proxy: Hashable, Sendable {
            package var path: PathNumber
            package var port: UInt16
        }
    }

    package struct Local: Hashable, Sendable {
        package var allowsDHCP: Bool
        package var allowsAllICMPv6: Bool
        /// Whether everybody who may use the default may reach the addresses of the link.
        package var reachesNeighbours: Bool
        package var inbound: [PortRange]
        /// The prefixes of 96 bits under which an address stands for an IPv4 one.
        package var translators: [IPPrefix]
    }

    package struct Portal: Hashable, Sendable {
        package var subject: SubjectNumber
        /// What the subject's packets are that leave by it: a sender of their own, so that their flows are known.
        package var number: SubjectNumber
        package var ports: [PortRange]
        package var minutes: Int
        /// Where it comes from, for people: `portal, line 12`.
        package var origin: String
    }

    package struct OnBlock: Hashable, Sendable {
        package var rejects: Bool
        package var log: RateLimit?
    }
}
