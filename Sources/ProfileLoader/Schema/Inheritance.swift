/// What a profile may write under a key that a profile it extends has, unless that one marks what the key belongs to as
/// `open`.
package enum Inheritance: Sendable, Equatable {
    /// Nothing is inherited: every profile has its own.
    case own
    /// Anything.
    case free
    /// The same value, or nothing.
    case fixed
    /// Only what allows less; the words complete "a child may write ...".
    case narrower(String)
    /// More entries; one of the same name, or the same text, takes the place of the parent's.
    case appended
    /// The keys or entries in it say it.
    case within

    /// In a table of keys.
    package var text: String {
        switch self {
        case .own: "its own"
        case .free: "anything"
        case .fixed: "the same"
        case .narrower(let words): words
        case .appended: "more of them"
        case .within: "see there"
        }
    }
}
