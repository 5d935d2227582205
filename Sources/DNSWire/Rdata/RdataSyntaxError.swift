/// What is wrong with the text of a record's data, in words for its author: lower-case, no full stop.
package struct RdataSyntaxError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
