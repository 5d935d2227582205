/// An expired answer, encoded to be told all the same.
struct StaleAnswer {
    let encoded: EncodedAnswer
    /// Asking for it again has just failed: there is no use in doing so now.
    let isUnrenewed: Bool
}
