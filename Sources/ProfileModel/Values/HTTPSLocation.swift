internal import NetworkTypes

/// Where a DNS-over-HTTPS service is asked (RFC 8484): `https://name[:port]/path`.
package struct HTTPSLocation: Hashable, Sendable {
    /// Longer request targets are refused by common servers.
    package static let maximumLength = 2_000

    package let host: DomainName
    /// Nil when the URL names none: then 443.
    package let port: UInt16?
    /// With its leading slash.
    package let path: String

    package init(host: DomainName, port: UInt16?, path: String) {
        self.host = host
        self.port = port
        self.path = path
    }

    /// Takes the template form `...{?dns}` of RFC 8484 section 4.1 too.
    package init(written text: String) throws(ValueProblem) {
        let rest = try HTTPSLocation.withoutScheme(text)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        let path = rest[slash...].hasSuffix("{?dns}") ? rest[slash...].dropLast(6) : rest[slash...]
        try HTTPSLocation.check(path: path, of: text)
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        try HTTPSLocation.check(host: parts[0], authority: authority)
        let port = parts.count == 2 ? try UInt16(writtenPort: parts[1]) : nil
        self.init(host: try DomainName(parts[0]), port: port, path: path.isEmpty ? "/" : String(path))
    }

    private static let example = "write it like `https://dns.example.net/dns-query`"

    private static func withoutScheme(_ text: String) throws(ValueProblem) -> Substring {
        if text.utf8.count > maximumLength {
            throw ValueProblem(.badURL, "the URL has more than \(maximumLength) bytes")
        }
        guard let scheme = text.range(of: "://") else {
            throw ValueProblem(.badURL, "`\(text)` is not a URL", help: example)
        }
        guard text[..<scheme.lowerBound].lowercased() == "https" else {
            throw ValueProblem(
                .badURL, "`\(text[..<scheme.lowerBound])` is not an encrypted scheme", help: "only `https` is spoken")
        }
        return text[scheme.upperBound...]
    }

    private static func check(host: String, authority: Substring) throws(ValueProblem) {
        if authority.contains("@") { throw ValueProblem(.badURL, "the URL holds a user name", help: example) }
        if authority.hasPrefix("[") || IPAddress(host) != nil {
            throw ValueProblem(
                .badURL, "the URL holds an address where the server's name belongs",
                help: "write the name its certificate shows; the addresses go under `addresses`")
        }
    }

    private static func check(path: Substring, of text: String) throws(ValueProblem) {
        let forbidden = path.unicodeScalars.first {
            !("!"..."~").contains($0) || "?#\"<>\\^`{|}".unicodeScalars.contains($0)
        }
        guard let forbidden else { return }
        throw ValueProblem(.badURL, "`\(forbidden)` cannot stand in the path of `\(text)`", help: example)
    }
}

extension HTTPSLocation: CustomStringConvertible {
    package var description: String { "https://\(host)\(port.map { ":\($0)" } ?? "")\(path)" }
}

extension String {
    /// Where `needle` stands first.
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }
}
