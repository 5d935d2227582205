import TestSupport
import Testing

/// A certificate authority that lives as long as a test, made with the `openssl` command.
final class TestAuthority {
    private let scratch = ScratchDirectory()

    var certificatePath: String { scratch.path("ca.pem") }

    init(named name: String = "Integration Test CA") throws {
        try openssl(
            ["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-out", certificatePath]
                + TestAuthority.newKey(scratch.path("ca.key")))
    }

    /// The paths of a server certificate and its key, there as long as this value is.
    struct Identity {
        let certificate: String
        let key: String
        private let authority: TestAuthority

        fileprivate init(certificate: String, key: String, authority: TestAuthority) {
            self.certificate = certificate
            self.key = key
            self.authority = authority
        }
    }

    /// A negative number of days makes a certificate that has expired.
    func issue(for name: String, days: Int = 2) throws -> Identity {
        let stem = "\(name)-\(days)"
        let (certificate, key, request) = (
            scratch.path("\(stem).pem"), scratch.path("\(stem).key"), scratch.path("csr")
        )
        let extensions = scratch.write("subjectAltName=DNS:\(name)\n", to: "extensions")
        try openssl(["req", "-nodes", "-subj", "/CN=\(name)", "-out", request] + TestAuthority.newKey(key))
        try openssl([
            "x509", "-req", "-in", request, "-CA", certificatePath, "-CAkey", scratch.path("ca.key"),
            "-CAcreateserial", "-days", "\(days)", "-extfile", extensions, "-out", certificate,
        ])
        return Identity(certificate: certificate, key: key, authority: self)
    }

    private func openssl(_ arguments: [String]) throws {
        let result = CommandResult.run("openssl", arguments)
        try #require(result.status == .exited(0), "openssl \(arguments[0]): \(result.errors)")
    }

    private static func newKey(_ path: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", path]
    }
}
