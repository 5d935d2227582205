/// The `resolver.gate` key: how answers wait for the kernel.
package struct GateSettings: Sendable, Equatable {
    package var deadline: Located<Duration>
    package var minimumTTL: Located<Duration>
    package var grace: Located<Duration>
    /// Per name and family.
    package var maximumAddresses: Located<Int>

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        deadline = Located(.milliseconds(50), range)
        minimumTTL = Located(.seconds(60), range)
        grace = Located(.seconds(60), range)
        maximumAddresses = Located(64, range)
    }
}
