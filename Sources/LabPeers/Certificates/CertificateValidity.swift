/// When a certificate is valid.
package enum CertificateValidity: Sendable, Equatable {
    /// Seconds relative to the moment of issue.
    case fromNow(ClosedRange<Int>)
    /// Seconds since 1970, for tests whose clock stands still.
    case unixTime(ClosedRange<Int>)

    private static let day = 86_400

    /// An hour ago until in 30 days: longer than any lab stays up.
    package static let current = CertificateValidity.fromNow(-3_600...30 * day)
    /// Over since yesterday.
    package static let expired = CertificateValidity.fromNow(-30 * day...(-day))
    /// From tomorrow on.
    package static let notYetValid = CertificateValidity.fromNow(day...30 * day)
}
