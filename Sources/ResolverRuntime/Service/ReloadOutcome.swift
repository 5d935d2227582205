/// What came of a reload.
enum ReloadOutcome: Equatable {
    /// The digest, in hexadecimal, of what is in force now.
    case accepted(digest: String, isChanged: Bool)
    case refused(path: String, reason: String)
}
