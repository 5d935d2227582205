/// A named set of senders.
package struct Subject: Sendable, Equatable {
    /// Every subject but `resolver`, path owners and exclusive subjects; built in.
    package static let any = "any"
    /// The resolver daemon; built in.
    package static let resolver = "resolver"

    package var name: Located<String>
    /// Any of these makes a match.
    package var selectors: [Located<Selector>]
    /// Has its own rules and `block` only: nothing of it may match the default.
    package var isExclusive: Bool
    /// Whether a child profile may redefine it.
    package var isOpen: Bool

    package init(name: Located<String>, selectors: [Located<Selector>], isExclusive: Bool, isOpen: Bool) {
        self.name = name
        self.selectors = selectors
        self.isExclusive = isExclusive
        self.isOpen = isOpen
    }

    /// Containers, whose packets this machine forwards: nothing of these matches rules for `any` or the default.
    package var isOfContainers: Bool { !containerInterfaces.isEmpty }

    package var containerInterfaces: [Located<String>] {
        selectors.compactMap { selector in
            if case .interface(let name) = selector.value { Located(name, selector.range) } else { nil }
        }
    }
}
