/// A host or domain name in its presentation form, lower case, without the root dot: letters, digits, hyphens and
/// underscores in labels of 1 to 63 bytes.
package struct DomainName: Hashable, Sendable, Comparable {
    /// RFC 1035 section 3.1 allows 255 bytes on the wire: 253 in text without the root dot.
    package static let maximumLength = 253
    /// RFC 1035 section 3.1.
    package static let maximumLabelLength = 63

    package let text: String

    package init(_ text: some StringProtocol) throws(ValueProblem) {
        let written = String(text)
        var bytes = Array(written.utf8)
        if bytes.count > 1, bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
        try DomainName.check(bytes, written: written)
        for index in bytes.indices where UInt8(ascii: "A")...UInt8(ascii: "Z") ~= bytes[index] { bytes[index] |= 0x20 }
        self.text = String(decoding: bytes, as: UTF8.self)
    }

    package var labels: [Substring] { text.split(separator: ".", omittingEmptySubsequences: false) }

    package static func < (left: DomainName, right: DomainName) -> Bool { left.text < right.text }

    private static func check(_ bytes: [UInt8], written: String) throws(ValueProblem) {
        if bytes.isEmpty { throw ValueProblem(.badName, "a name may not be empty") }
        if bytes.count > maximumLength {
            throw ValueProblem(.badName, "a name has at most \(maximumLength) bytes, this one has \(bytes.count)")
        }
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: ".") {
            try check(label: bytes[start..<index], written: written)
            start = index + 1
        }
        try check(label: bytes[start...], written: written)
    }

    private static func check(label: ArraySlice<UInt8>, written: String) throws(ValueProblem) {
        if label.isEmpty {
            throw ValueProblem(.badName, "`\(written)` has an empty label", help: "remove the extra dot")
        }
        if label.count > maximumLabelLength {
            let text = String(decoding: label, as: UTF8.self)
            throw ValueProblem(
                .badName, "the label `\(text)` has \(label.count) bytes; a label has at most \(maximumLabelLength)")
        }
        if label.first == UInt8(ascii: "-") || label.last == UInt8(ascii: "-") {
            let text = String(decoding: label, as: UTF8.self)
            throw ValueProblem(.badName, "the label `\(text)` starts or ends with a hyphen")
        }
        guard !label.allSatisfy(isAllowed) else { return }
        try refuse(label, written: written)
    }

    /// Bytes of which one may not stand in a name: whole, for people, they are characters.
    private static func refuse(_ label: ArraySlice<UInt8>, written: String) throws(ValueProblem) {
        let scalars = String(decoding: label, as: UTF8.self).unicodeScalars
        guard let wrong = scalars.first(where: { !$0.isASCII || !isAllowed(UInt8($0.value)) }) else { return }
        if !wrong.isASCII {
            throw ValueProblem(
                .badName, "`\(wrong)` cannot stand in the name `\(written)`",
                help: "write names with other letters in their ASCII form (`xn--...`)")
        }
        throw ValueProblem(
            .badName, "`\(wrong)` cannot stand in the name `\(written)`",
            help: "a name has letters, digits, hyphens and underscores, and dots between its labels")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension DomainName: CustomStringConvertible {
    package var description: String { text }
}
