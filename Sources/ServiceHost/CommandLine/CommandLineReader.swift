/// What is wrong with a command line, in one line.
package struct WrongUsage: Error {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// Takes `--option`, `--option value` and `--option=value` from a command line, front to back.
package struct CommandLineReader {
    package private(set) var rest: ArraySlice<String>
    /// What stood behind the `=` of the option taken last.
    private var attachedValue: String?

    package init(_ arguments: [String]) { rest = arguments[...] }

    /// The next option's name; nil at the end and before anything that is no option.
    package mutating func nextOption() -> String? {
        guard let word = rest.first, word.hasPrefix("-") else { return nil }
        rest.removeFirst()
        attachedValue = nil
        guard let equals = word.firstIndex(of: "=") else { return word }
        attachedValue = String(word[word.index(after: equals)...])
        return String(word[..<equals])
    }

    /// The value of the option taken last.
    package mutating func value(of option: String) throws(WrongUsage) -> String {
        let value = attachedValue ?? rest.popFirst()
        guard let value, !value.isEmpty else { throw WrongUsage("`\(option)` needs a value") }
        return value
    }

    /// True, for an option that takes no value.
    package func flag(_ option: String) throws(WrongUsage) -> Bool {
        guard attachedValue == nil else { throw WrongUsage("`\(option)` takes no value") }
        return true
    }
}
