import Cryptography
import LabPeers
import NetworkTypes
import TLSEngine

/// Authorities and servers whose certificates are valid around a fixed moment, so that no test depends on the clock.
struct TestServers {
    /// Unix seconds; every certificate is valid for a day before and after it unless a test says otherwise.
    static let now: Int64 = 1_900_000_000
    static let day = 86_400
    static let name = "dns.lab.example"

    static func validity(from start: Int = -day, to end: Int = day) -> CertificateValidity {
        .unixTime(Int(now) + start...Int(now) + end)
    }

    let authority = CertificateAuthority(named: "test authority", validity: validity())

    func identity(
        names: [String] = [TestServers.name], addresses: [IPAddress] = [],
        validity: CertificateValidity = TestServers.validity()
    ) -> ServerIdentity {
        authority.issue(LeafTemplate(commonName: "test", names: names, addresses: addresses, validity: validity))
    }

    func serverContext(
        _ identity: ServerIdentity? = nil, versions: ClosedRange<LabPeers.TLSVersion> = .tls12 ... .tls13
    ) -> TLSServerContext {
        TLSServerContext(
            TLSServerConfiguration(
                identity: identity ?? self.identity(), minimumVersion: versions.lowerBound,
                maximumVersion: versions.upperBound))
    }

    var trustStore: TrustStore {
        get throws { try TrustStore(pem: Array(authority.certificate.pem.utf8).span) }
    }

    func context(name: String = TestServers.name) throws -> TLSContext {
        try TLSContext(serverName: name, authentication: .chain(trustStore))
    }
}

extension ServerIdentity {
    var pin: SHA256Digest {
        get throws {
            struct NotADigest: Error {}
            guard let digest = SHA256Digest(certificate.publicKeyPin) else { throw NotADigest() }
            return digest
        }
    }
}
