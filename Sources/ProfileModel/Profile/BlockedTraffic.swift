/// The `on-block` key: what the sender of a blocked packet notices.
package struct BlockedTraffic: Sendable, Equatable {
    package var answer: Located<Answer>
    package var log: Located<LogSetting>

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        answer = Located(.reject, range)
        log = Located(.standard, range)
    }

    package enum Answer: String, Sendable, CaseIterable {
        /// Local senders get an error at once; all others nothing.
        case reject
        case drop
    }
}
