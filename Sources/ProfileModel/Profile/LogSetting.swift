/// Whether and how often something is written to the log.
package enum LogSetting: Hashable, Sendable {
    case off
    case limited(Rate)

    /// What `log: true` means.
    package static let standard = LogSetting.limited(Rate(count: 6, per: .minute))
}
