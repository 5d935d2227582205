/// What may be written somewhere: the language as data. Checks, documentation and a JSON Schema all read it.
package indirect enum Shape: Sendable {
    case scalar(ScalarShape)
    /// One of these words.
    case choice([String])
    /// The name of something declared in the profile, or one of the built-in names.
    case reference(Declaration, builtIn: [String])
    case list(of: Shape, minimum: Int)
    /// A mapping whose keys are the author's own names.
    case table(key: ScalarShape, entry: Shape, minimum: Int)
    case record(RecordShape)
    /// Told apart by being a text, a list or a mapping.
    case either([Shape])
}

/// A text with a form of its own.
package struct ScalarShape: Sendable {
    /// With its article: "an address".
    package let noun: String
    package let example: String
    package let form: Form

    /// What can be said of a text before it is read; the reader has the last word.
    package enum Form: Sendable {
        case text
        /// A regular expression that everything the reader accepts matches (of ECMA-262 and Python alike).
        case pattern(String)
        /// The same, where editors may take it for a number or a truth value.
        case numberLike(String)
        case number(ClosedRange<Int64>)
        case truth
    }

    init(noun: String, example: String, form: Form = .text) {
        self.noun = noun
        self.example = example
        self.form = form
    }
}

/// A mapping with fixed keys.
package struct RecordShape: Sendable {
    /// With its article: "an upstream".
    package let noun: String
    package let keys: [KeyShape]
    /// Of each group exactly one alternative is written.
    package let exactlyOne: [KeyAlternatives]
    /// The entries of a table, by name, for which that does not hold.
    package let exempt: [String]
    /// Whether a child that writes another key of such a group has nothing of its parent's left.
    package let isReplacedBySwitching: Bool
}

/// Keys that exclude each other.
package struct KeyAlternatives: Sendable, ExpressibleByArrayLiteral {
    /// Of each at least one key is written, or none; the first key is what people are told to add.
    package let alternatives: [[String]]

    package init(_ alternatives: [[String]]) { self.alternatives = alternatives }

    /// Each key is an alternative of its own.
    package init(arrayLiteral keys: String...) { alternatives = keys.map { [$0] } }

    package var keys: [String] { alternatives.flatMap(\.self) }

    /// The keys that cannot stand beside one of those written.
    package func excluded(by written: Set<String>) -> [String] {
        guard let chosen = alternatives.firstIndex(where: { $0.contains(where: written.contains) }) else { return [] }
        return alternatives.enumerated().filter { $0.offset != chosen }.flatMap(\.element)
    }
}

package struct KeyShape: Sendable {
    package let name: String
    package let shape: Shape
    package let isMandatory: Bool
    package let inheritance: Inheritance
    /// As it is written after the colon.
    package let example: String
    /// What it says, in one line.
    package let help: String
    /// The version of the language that has it first: N of `enigm.network/N`.
    package let since: Int
}

/// What a profile declares under names, for other parts to refer to.
package enum Declaration: String, Hashable, Sendable, CaseIterable {
    case path, subject, upstream, filter, rule
}

extension Shape {
    /// The part of a wrong-type message after "takes": "a list of addresses".
    var noun: String {
        switch self {
        case .scalar(let scalar): scalar.noun
        case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
        case .reference(let declaration, _): "the name of \(declaration.noun)"
        case .list: "a list"
        case .table, .record: "a mapping"
        case .either(let shapes): shapes.map(\.noun).joined(separator: " or ")
        }
    }
}

extension Declaration {
    var noun: String { self == .upstream ? "an upstream" : "a \(rawValue)" }
}
