/// A number of seconds: written out, or in the macros of the field, `${$later + 10}`. Operators have no precedence
/// and go from left to right.
struct ScenarioExpression {
    indirect enum Term {
        case number(Double)
        case variable(String)
        /// Seconds since the scenario began.
        case time
        /// Seconds until the resolver wants to be woken.
        case timeout
        case operation(Term, Character, Term)
    }

    let term: Term

    init(_ text: some StringProtocol, line: Int) throws(ScenarioError) {
        var tokens = ScenarioExpression.tokens(String(text))[...]
        guard let term = ScenarioExpression.sum(&tokens), tokens.isEmpty else {
            throw .malformed("`\(text)` is no number of seconds", line: line)
        }
        self.term = term
    }

    /// Nil when a variable was never assigned.
    func value(_ variables: [String: Double], time: Double, timeout: Double) -> Double? {
        ScenarioExpression.value(term, variables, time, timeout)
    }

    private static func value(
        _ term: Term, _ variables: [String: Double], _ time: Double, _ timeout: Double
    ) -> Double? {
        switch term {
        case .number(let number): return number
        case .variable(let name): return variables[name]
        case .time: return time
        case .timeout: return timeout
        case .operation(let left, let symbol, let right):
            guard let left = value(left, variables, time, timeout),
                let right = value(right, variables, time, timeout)
            else { return nil }
            switch symbol {
            case "+": return left + right
            case "-": return left - right
            case "*": return left * right
            default: return left / right
            }
        }
    }
}

extension ScenarioExpression {
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber || character == "." || character == "_" || character == "$" {
                word.append(character)
                continue
            }
            if !word.isEmpty { tokens.append(word) }
            word = ""
            if !character.isWhitespace { tokens.append(String(character)) }
        }
        return word.isEmpty ? tokens : tokens + [word]
    }

    private static func sum(_ tokens: inout ArraySlice<String>) -> Term? {
        guard var left = atom(&tokens) else { return nil }
        while let symbol = tokens.first, ["+", "-", "*", "/"].contains(symbol) {
            tokens.removeFirst()
            guard let right = atom(&tokens), let character = symbol.first else { return nil }
            left = .operation(left, character, right)
        }
        return left
    }

    private static func atom(_ tokens: inout ArraySlice<String>) -> Term? {
        guard let token = tokens.popFirst() else { return nil }
        switch token {
        case "$":
            guard tokens.popFirst() == "{", let term = sum(&tokens), tokens.popFirst() == "}" else { return nil }
            return term
        case "time": return .time
        case "timeout": return .timeout
        default:
            if token.hasPrefix("$") { return .variable(String(token.dropFirst())) }
            return Double(token).flatMap { $0 >= 0 && $0.isFinite ? .number($0) : nil }
        }
    }
}
