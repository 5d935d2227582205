/// The words of one line of a script, taken from the front. `:` and `,` at the end of a word are words of their own.
struct ScriptWords {
    struct Word: Equatable {
        let text: String
        /// From 1, in characters.
        let column: Int
    }

    /// A place in the line, and what is wrong there.
    struct Mistake: Error {
        let column: Int
        let message: String
    }

    private var words: ArraySlice<Word>
    /// Behind the last word.
    private let endColumn: Int

    init(_ line: Substring) {
        var words: [Word] = []
        var endColumn = 1
        var rest = Array(line)[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
            let word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
            guard let first = word.first, first != "#" else { break }
            words += ScriptWords.split(word)
            endColumn = word.endIndex + 1
            rest = rest.dropFirst(word.count)
        }
        self.words = words[...]
        self.endColumn = endColumn
    }

    private static func split(_ word: ArraySlice<Character>) -> [Word] {
        let whole = Word(text: String(word), column: word.startIndex + 1)
        guard let last = word.last, last == ":" || last == ",", word.count > 1 else { return [whole] }
        return [
            Word(text: String(word.dropLast()), column: whole.column),
            Word(text: String(last), column: word.endIndex),
        ]
    }

    var isEmpty: Bool { words.isEmpty }
    var next: String? { words.first?.text }
    /// The words as they are read, one blank between two.
    var text: String { words.reduce("") { $0 + (":,".contains($1.text) || $0.isEmpty ? "" : " ") + $1.text } }

    func contains(_ word: String) -> Bool { words.contains { $0.text == word } }

    mutating func take() -> Word? { words.popFirst() }

    /// Takes `word` when it is the next one.
    mutating func take(_ word: String) -> Bool {
        guard words.first?.text == word else { return false }
        words.removeFirst()
        return true
    }

    /// Takes a word; `what` says what it should have been.
    mutating func need(_ what: String) throws(Mistake) -> Word {
        guard let word = words.popFirst() else { throw Mistake(column: endColumn, message: "\(what) is missing") }
        return word
    }

    mutating func needEnd() throws(Mistake) {
        guard let word = words.first else { return }
        throw Mistake(column: word.column, message: "nothing can follow here: `\(word.text)` is too much")
    }

    /// A whole number in `range`.
    mutating func number(_ what: String, in range: ClosedRange<Int>) throws(Mistake) -> Int {
        let word = try need(what)
        guard let number = Int(word.text), range.contains(number) else {
            throw Mistake(
                column: word.column,
                message: "`\(word.text)` is not \(what): write a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// One of a few words.
    mutating func choice<Value>(_ what: String, of values: [(String, Value)]) throws(Mistake) -> Value {
        let word = try need(what)
        guard let value = values.first(where: { $0.0 == word.text }) else {
            let choices = values.map(\.0).joined(separator: ", ")
            throw Mistake(column: word.column, message: "`\(word.text)` is not \(what): choose one of \(choices)")
        }
        return value.1
    }
}
