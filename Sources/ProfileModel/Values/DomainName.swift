/// A host or domain name in its presentation form, lower case, without the root dot: letters, digits, hyphens and
/// underscores in labels of 1 to 63 bytes.
package struct DomainName: Hashable, Sendable, Comparable {
    /// RFC 1035 section 3.1 allows 255 bytes on the wire: 253 in text without the root dot.
    package static let maximumLength = 253
    /// RFC 1035 section 3.1.
    package static let maximumLabelLength = 63

    package let text: String

    package init(_ text: some StringProtocol) throws(ValueProblem) {
        var bytes = Array(text.utf8)
        if bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        try DomainName.check(bytes, written: String(text))
        self.text = String(decoding: bytes, as: UTF8.self).lowercased()
    }

    package var labels: [Substring] { text.split(separator: ".", omittingEmptySubsequences: false) }

    package static func < (left: DomainName, right: DomainName) -> Bool { left.text < right.text }

    private static func check(_ bytes: [UInt8], written: String) throws(ValueProblem) {
        if bytes.isEmpty { throw ValueProblem(.badName, "a name may not be empty") }
        if bytes.count > maximumLength {
            throw ValueProblem(.badName, "a name has at most \(maximumLength) bytes, this one has \(bytes.count)")
        }
        for label in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            try check(label: label, written: written)
        }
    }

    private static func check(label: ArraySlice<UInt8>, written: String) throws(ValueProblem) {
        if label.isEmpty {
            throw ValueProblem(.badName, "`\(written)` has an empty label", help: "remove the extra dot")
        }
        let text = String(decoding: label, as: UTF8.self)
        if label.count > maximumLabelLength {
            throw ValueProblem(
                .badName, "the label `\(text)` has \(label.count) bytes; a label has at most \(maximumLabelLength)")
        }
        if label.first == UInt8(ascii: "-") || label.last == UInt8(ascii: "-") {
            throw ValueProblem(.badName, "the label `\(text)` starts or ends with a hyphen")
        }
        guard let wrong = text.unicodeScalars.first(where: { !isAllowed($0) }) else { return }
        if !wrong.isASCII {
            throw ValueProblem(
                .badName, "`\(wrong)` cannot stand in the name `\(written)`",
                help: "write names with other letters in their ASCII form (`xn--...`)")
        }
        throw ValueProblem(
            .badName, "`\(wrong)` cannot stand in the name `\(written)`",
            help: "a name has letters, digits, hyphens and underscores, and dots between its labels")
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }
}

extension DomainName: CustomStringConvertible {
    package var description: String { text }
}
