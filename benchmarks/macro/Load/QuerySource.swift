/// Where a generator takes its queries from.
protocol QuerySource {
    /// Writes the next query, with any id, and answers its length; 0 when there are no more.
    mutating func next(into message: inout MutableSpan<UInt8>) -> Int
}
