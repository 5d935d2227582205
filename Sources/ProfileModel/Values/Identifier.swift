internal import NetworkTypes

/// The texts that name things of the profile and of the machine: what may stand in them, and why not.
package enum Identifier {
    /// Names of ours become parts of nftables names, which have at most 255 bytes.
    package static let maximumLength = 64
    /// IFNAMSIZ without its NUL.
    package static let maximumInterfaceLength = 15
    /// `UNIT_NAME_MAX` of systemd without its NUL.
    package static let maximumUnitLength = 255
    /// As useradd has it.
    package static let maximumUserLength = 32
    /// `PATH_MAX` without its NUL.
    package static let maximumFileLength = 4_095

    /// The name of a path, subject, upstream, filter, view or rule.
    package static func name(_ text: String) throws(ValueProblem) -> String {
        try check(
            text, length: maximumLength, allowed: { isLetterOrDigit($0) || $0 == "-" || $0 == "_" },
            help: "letters, digits, hyphens and underscores, at most \(maximumLength)")
        guard let first = text.unicodeScalars.first, isLetterOrDigit(first) else {
            throw ValueProblem(.badIdentifier, "the name `\(text)` does not start with a letter or digit")
        }
        return text
    }

    package static func user(_ text: String) throws(ValueProblem) -> String {
        try check(
            text, length: maximumUserLength, allowed: { isLetterOrDigit($0) || "-_.@$".unicodeScalars.contains($0) },
            help: "write a user or group name of at most \(maximumUserLength) characters")
        guard !text.hasPrefix("-") else {
            throw ValueProblem(
                .badIdentifier, "the name `\(text)` starts with a hyphen", help: "write the name of a user or group")
        }
        return text
    }

    package static func interface(_ text: String) throws(ValueProblem) -> String {
        try check(
            text, length: maximumInterfaceLength, allowed: { ("!"..."~").contains($0) && $0 != "/" && $0 != ":" },
            help: "interface names have at most \(maximumInterfaceLength) characters and no `/`, `:` or blank")
        return text
    }

    package static func unit(_ text: String) throws(ValueProblem) -> String {
        let suffixes = [".service", ".scope", ".socket", ".mount", ".swap"]
        try checkUnit(text)
        if suffixes.contains(where: { text.hasSuffix($0) && text.count > $0.count }) { return text }
        let help = text.hasSuffix(".slice") ? "slices go under `slices`" : "write `\(text).service`"
        throw ValueProblem(.badIdentifier, "`\(text)` is not the full name of a unit with processes", help: help)
    }

    package static func slice(_ text: String) throws(ValueProblem) -> String {
        try checkUnit(text)
        if text.hasSuffix(".slice"), text.count > 6 { return text }
        throw ValueProblem(.badIdentifier, "`\(text)` is not the full name of a slice", help: "it ends with `.slice`")
    }

    package static func file(_ text: String) throws(ValueProblem) -> String {
        if text.utf8.contains(0) || text.utf8.count > maximumFileLength {
            throw ValueProblem(.badIdentifier, "this is not the name of a file", help: "a path without NUL characters")
        }
        return text
    }

    private static func checkUnit(_ text: String) throws(ValueProblem) {
        try check(
            text, length: maximumUnitLength, allowed: { isLetterOrDigit($0) || ":-_.\\@".unicodeScalars.contains($0) },
            help: "write the unit's full name, like `app.service`")
    }

    private static func check(
        _ text: String, length: Int, allowed: (Unicode.Scalar) -> Bool, help: String
    ) throws(ValueProblem) {
        if let wrong = text.unicodeScalars.first(where: { !allowed($0) }) {
            throw ValueProblem(.badIdentifier, "`\(wrong)` cannot stand in the name `\(text)`", help: help)
        }
        if text.utf8.count > length || text.isEmpty {
            throw ValueProblem(.badIdentifier, "the name has \(text.utf8.count) bytes", help: help)
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}
