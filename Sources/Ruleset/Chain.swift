/// A list of rules; with a hook, one that packets enter by themselves.
package struct Chain: Hashable, Sendable {
    package var name: String
    package var hook: ChainHook?
    package var rules: [ChainRule]

    package init(_ name: String, hook: ChainHook? = nil, rules: [ChainRule] = []) {
        self.name = name
        self.hook = hook
        self.rules = rules
    }
}

/// Where and when a base chain sees packets, and what happens to those that reach its end.
package struct ChainHook: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case filter
        case nat
        case route
    }

    package enum Point: String, Hashable, Sendable, CaseIterable {
        case prerouting
        case input
        case forward
        case output
        case postrouting
        case ingress
        case egress
    }

    package enum Policy: String, Hashable, Sendable, CaseIterable {
        case accept
        case drop
    }

    package var kind: Kind
    package var point: Point
    /// Lower runs first; the names of nft (raw -300, mangle -150, dstnat -100, filter 0, srcnat 100) are offsets.
    package var priority: Int32
    package var policy: Policy
    /// The device of a netdev chain; other programs may write several: their names in order, with commas between.
    package var device: String?

    package init(_ kind: Kind, _ point: Point, priority: Int32, policy: Policy, device: String? = nil) {
        self.kind = kind
        self.point = point
        self.priority = priority
        self.policy = policy
        self.device = device
    }
}
