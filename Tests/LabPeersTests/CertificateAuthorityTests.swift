import COpenSSL
import LabPeers
import NetworkTypes
import Testing

@Suite struct CertificateAuthorityTests {
    let authority = CertificateAuthority()

    /// What a strict client finds wrong with `identity` when it asks for `dns.lab.example`.
    func verify(
        _ identity: ServerIdentity, trusting root: CertificateAuthority? = nil, name: String = "dns.lab.example",
        at time: Int? = nil
    ) -> Int {
        let client = TLSTestClient(trusting: (root ?? authority).certificate, name: name, verifyTime: time)
        var server = TLSServerSession(context: TLSServerContext(TLSServerConfiguration(identity: identity)))
        client.exchange(with: &server)
        #expect(client.isConnected == (client.verifyResult == Int(X509_V_OK)))
        return client.verifyResult
    }

    @Test func `an issued certificate is accepted`() {
        #expect(verify(authority.issue(LeafTemplate(name: "dns.lab.example"))) == Int(X509_V_OK))
    }

    @Test func `a wildcard covers one label`() {
        let identity = authority.issue(LeafTemplate(name: "*.lab.example"))
        #expect(verify(identity) == Int(X509_V_OK))
        #expect(verify(identity, name: "a.b.lab.example") == Int(X509_V_ERR_HOSTNAME_MISMATCH))
    }

    @Test func `an intermediate authority is sent along and accepted`() {
        let identity = authority.intermediate(named: "below").intermediate(named: "further below")
            .issue(LeafTemplate(name: "dns.lab.example"))
        #expect(identity.intermediates.count == 2)
        #expect(verify(identity) == Int(X509_V_OK))
    }

    @Test(arguments: [
        (CertificateValidity.expired, Int(X509_V_ERR_CERT_HAS_EXPIRED)),
        (.notYetValid, Int(X509_V_ERR_CERT_NOT_YET_VALID)),
    ])
    func `validity is what was asked for`(validity: CertificateValidity, expected: Int) {
        let template = LeafTemplate(name: "dns.lab.example", validity: validity)
        #expect(verify(authority.issue(template)) == expected)
    }

    @Test func `an absolute validity is judged by the client's clock`() {
        let root = CertificateAuthority(validity: .unixTime(1_000_000_000...2_000_000_000))
        let template = LeafTemplate(name: "dns.lab.example", validity: .unixTime(1_500_000_000...1_500_000_100))
        let identity = root.issue(template)
        #expect(verify(identity, trusting: root, at: 1_500_000_050) == Int(X509_V_OK))
        #expect(verify(identity, trusting: root, at: 1_500_000_200) == Int(X509_V_ERR_CERT_HAS_EXPIRED))
        #expect(verify(identity, trusting: root, at: 1_499_999_000) == Int(X509_V_ERR_CERT_NOT_YET_VALID))
    }

    @Test func `a wrong name, a foreign authority and a self-signed certificate are refused`() {
        let wrongName = authority.issue(LeafTemplate(name: "other.lab.example"))
        #expect(verify(wrongName) == Int(X509_V_ERR_HOSTNAME_MISMATCH))
        let foreign = CertificateAuthority().issue(LeafTemplate(name: "dns.lab.example"))
        // The name of the root is the same, so the signature is what fails.
        #expect(verify(foreign) != Int(X509_V_OK))
        let selfSigned = ServerIdentity.selfSigned(LeafTemplate(name: "dns.lab.example"))
        #expect(verify(selfSigned) == Int(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT))
    }

    @Test func `the common name is no host name when there are names`() {
        let template = LeafTemplate(commonName: "dns.lab.example", names: ["other.lab.example"])
        #expect(verify(authority.issue(template)) == Int(X509_V_ERR_HOSTNAME_MISMATCH))
    }

    @Test func `an address goes into the certificate`() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        let identity = authority.issue(LeafTemplate(name: "dns.lab.example", addresses: [address]))
        let wire = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] as [UInt8]
        let tagged: [UInt8] = [0x87, 16] + wire
        let der = identity.certificate.der
        let isThere = der.indices.contains { der[$0...].starts(with: tagged) }
        #expect(isThere, "no iPAddress entry in the certificate")
    }

    @Test func `PEM and DER hold the same certificate, and keys differ`() {
        let identity = authority.issue(LeafTemplate(name: "dns.lab.example"))
        #expect(identity.certificate.pem.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
        #expect(identity.key.pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(identity.certificate.der.starts(with: [0x30, 0x82]))
        #expect(identity.certificate.publicKeyPin.count == 32)
        #expect(identity.certificate.publicKeyPin != authority.certificate.publicKeyPin)
    }
}
