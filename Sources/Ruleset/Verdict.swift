/// Where a packet goes when a rule has held.
package enum Verdict: Hashable, Sendable {
    case accept
    case drop
    /// Continue after the rule that jumped here.
    case `return`
    case jump(String)
    case goto(String)
}
