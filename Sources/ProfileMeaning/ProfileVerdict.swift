/// What a profile says becomes of a packet, and which part of the profile says so.
package struct ProfileVerdict: Hashable, Sendable {
    package enum Fate: Hashable, Sendable {
        /// It stays on this machine.
        case local
        /// It is name resolution and ends at our resolver, in that view.
        case stub(view: String)
        /// It leaves by that path, or not at all.
        case via(String)
        /// Essential to the link itself (neighbour discovery, DHCP).
        case essential
        case blocked
    }

    package var fate: Fate
    package var reason: Reason

    package enum Reason: Hashable, Sendable {
        case rule(String)
        case defaultOutcome
        case exclusiveSubject(String)
        case resolverUpstream(String)
        case resolverOnlyToUpstreams
        case nameResolutionGuard
        /// It goes to an IPv4 address that nobody can tell, through a translator.
        case untoldTranslator
        case loopback
        case guardedPort
        /// The port of that path's proxy.
        case socks(String)
        /// The resolver, at the proxy of a path that an upstream is asked by.
        case upstreamProxy(String)
        /// The owner of that path leaves by its `next`.
        case ownerOfPath(String)
        /// The time service asks its servers.
        case timeService
        /// It is an address of the link.
        case neighbour
        case essentials
        /// It arrives by a device of no container's.
        case notForwarded
        /// None of these containers' rules speaks of it.
        case containers(String)
        /// This machine is closed to its containers, but for name resolution and `local: inbound`.
        case closedToContainers
        /// This port is reached from outside, and so by containers.
        case inbound
        /// The resolver tells no address of it.
        case nameNotAnswered(ProfileEvaluator.NameFate)
        /// The portal is open.
        case portal
        /// An ICMP message that only answers, or reports an error, and belongs to no conversation.
        case noConversation
    }

    package init(_ fate: Fate, _ reason: Reason) {
        self.fate = fate
        self.reason = reason
    }
}
