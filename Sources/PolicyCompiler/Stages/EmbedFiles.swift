internal import Cryptography
internal import DNSWire
internal import ProfileModel

/// The third stage: reads the files that the profile names, checks them, and makes sections of them.
struct EmbedFiles {
    struct Section {
        let name: String
        let content: [UInt8]
    }

    private(set) var diagnostics: [Diagnostic] = []
    /// In the order of the profile; files of equal content share one.
    private(set) var sections: [Section] = []
    /// Which section holds the certificates of the upstream of that name.
    private(set) var certificateSections: [String: String] = [:]
    /// Which section holds the public suffixes; nil where nothing asks for them.
    private(set) var suffixSection: String?

    init(_ profile: Profile, files: some ProfileFiles) {
        for upstream in profile.resolver.upstreams {
            guard let path = upstream.certificateAuthority else { continue }
            certificateSections[upstream.name.value] = embedCertificates(path, files)
        }
        if profile.resolver.selection.value == .sharded { suffixSection = embedSuffixes(profile.resolver, files) }
    }

    /// The list goes into the bundle, for names would change their upstreams with another one.
    private mutating func embedSuffixes(_ resolver: ResolverProfile, _ files: some ProfileFiles) -> String? {
        let path = resolver.publicSuffixes ?? Located(PublicSuffixList.systemPath, resolver.selection.range)
        guard let text = read(path, limitBytes: PublicSuffixList.maximumBytes, files, help: EmbedFiles.suffixHelp)
        else {
            return nil
        }
        do throws(PublicSuffixList.Problem) {
            let content = try PublicSuffixList(text).table().bytes
            return add("public-suffixes-\(SHA256.digest(of: content.span).hexadecimal.prefix(16))", content)
        } catch {
            let place = error.line.map { " in line \($0)" } ?? ""
            report(
                .badSuffixList, "`\(path.value)` is no list of public suffixes: \(error.reason)\(place)", path,
                help: EmbedFiles.suffixHelp)
            return nil
        }
    }

    private static let suffixHelp =
        "`sharded` needs the list: install the package `publicsuffix`, or name a copy with `public-suffixes`"

    /// Answers the section's name, made from the content: the bundle is the same wherever the file lies.
    private mutating func embedCertificates(_ path: Located<String>, _ files: some ProfileFiles) -> String? {
        let content = read(
            path, limitBytes: CertificateText.maximumBytes, files, help: "files are looked for beside the profile")
        guard let content else { return nil }
        switch CertificateText.count(inPEM: content.span) {
        case nil:
            report(.badCertificateFile, "`\(path.value)` has a damaged certificate", path, help: EmbedFiles.pemHelp)
        case 0:
            report(
                .badCertificateFile, "`\(path.value)` has no certificate in PEM form", path, help: EmbedFiles.pemHelp)
        default:
            return add("certificates-\(SHA256.digest(of: content.span).hexadecimal.prefix(16))", content)
        }
        return nil
    }

    private mutating func read(
        _ path: Located<String>, limitBytes: Int, _ files: some ProfileFiles, help: String
    ) -> [UInt8]? {
        do throws(UnreadableFile) {
            return try files.contents(of: path.value, limitBytes: limitBytes)
        } catch {
            report(.unreadableFile, "`\(path.value)` cannot be read: \(error.reason)", path, help: help)
            return nil
        }
    }

    private mutating func add(_ name: String, _ content: [UInt8]) -> String {
        if !sections.contains(where: { $0.name == name }) { sections.append(Section(name: name, content: content)) }
        return name
    }

    private static let pemHelp = "write a file with `-----BEGIN CERTIFICATE-----` in it"

    private mutating func report(_ code: DiagnosticCode, _ message: String, _ path: Located<String>, help: String) {
        diagnostics.append(Diagnostic(code, message, at: path.range, help: help))
    }
}
