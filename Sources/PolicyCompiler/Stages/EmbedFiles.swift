internal import Cryptography
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

    init(_ profile: Profile, files: some ProfileFiles) {
        for upstream in profile.resolver.upstreams {
            guard let path = upstream.certificateAuthority else { continue }
            certificateSections[upstream.name.value] = embedCertificates(path, files)
        }
    }

    /// Answers the section's name, made from the content: the bundle is the same wherever the file lies.
    private mutating func embedCertificates(_ path: Located<String>, _ files: some ProfileFiles) -> String? {
        guard let content = read(path, limitBytes: CertificateText.maximumBytes, files) else { return nil }
        switch CertificateText.count(inPEM: content.span) {
        case nil:
            report(.badCertificateFile, "`\(path.value)` has a damaged certificate", path)
        case 0:
            report(.badCertificateFile, "`\(path.value)` has no certificate in PEM form", path)
        default:
            return add("certificates-\(SHA256.digest(of: content.span).hexadecimal.prefix(16))", content)
        }
        return nil
    }

    private mutating func read(
        _ path: Located<String>, limitBytes: Int, _ files: some ProfileFiles
    ) -> [UInt8]? {
        do throws(UnreadableFile) {
            return try files.contents(of: path.value, limitBytes: limitBytes)
        } catch {
            report(.unreadableFile, "`\(path.value)` cannot be read: \(error.reason)", path)
            return nil
        }
    }

    private mutating func add(_ name: String, _ content: [UInt8]) -> String {
        if !sections.contains(where: { $0.name == name }) { sections.append(Section(name: name, content: content)) }
        return name
    }

    private mutating func report(_ code: DiagnosticCode, _ message: String, _ path: Located<String>) {
        let help =
            code == .unreadableFile
            ? "files are looked for beside the profile" : "write a file with `-----BEGIN CERTIFICATE-----` in it"
        diagnostics.append(Diagnostic(code, message, at: path.range, help: help))
    }
}
