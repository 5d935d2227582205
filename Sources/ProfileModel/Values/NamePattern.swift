/// The names a rule speaks of: one name, or every name below one (`*.x`, which does not include `x`).
package enum NamePattern: Hashable, Sendable {
    case exact(DomainName)
    case below(DomainName)

    package init(_ text: String) throws(ValueProblem) {
        let bytes = text.utf8Span.span
        guard bytes.indices.contains(where: { bytes[$0] == UInt8(ascii: "*") }) else {
            self = .exact(try DomainName(text))
            return
        }
        guard text.utf8.starts(with: "*.".utf8) else {
            throw ValueProblem(
                .badName, "`*` can only stand for the whole first label, not as in `\(text)`",
                help: "write `*.example.org` for every name below `example.org`"
                    + (text == "*" ? ", or leave `names` out to speak of everything" : ""))
        }
        let rest = text.dropFirst(2)
        if rest.utf8.contains(UInt8(ascii: "*")) { throw ValueProblem(.badName, "`\(text)` has more than one `*`") }
        self = .below(try DomainName(rest))
    }
}

extension NamePattern: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exact(let name): name.text
        case .below(let name): "*." + name.text
        }
    }
}
