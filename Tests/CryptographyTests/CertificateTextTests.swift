import Cryptography
import Testing

@Suite struct CertificateTextTests {
    /// Self-signed, made once by `openssl req -x509`, of no worth.
    private let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBNDCB56ADAgECAhR4ikqSy5/AlS2LC+iTDJtkCP7O3DAFBgMrZXAwDzENMAsG
        A1UEAwwEdGVzdDAgFw0yNjExMjEwMDE0MTVaGA8yMTI2MTAyODAwMTQxNVowDzEN
        MAsGA1UEAwwEdGVzdDAqMAUGAytlcAMhAJRswlrMStQ4Uc6DiBOi90WOVb1Ag/Aj
        To7K9vDn5ZdZo1MwUTAdBgNVHQ4EFgQUHYsbI5BWmJlhJodJUOLL6hj3ZmUwHwYD
        VR0jBBgwFoAUHYsbI5BWmJlhJodJUOLL6hj3ZmUwDwYDVR0TAQH/BAUwAwEB/zAF
        BgMrZXADQQAdAiNm2bj8c3VIDEk1wpiRFmrjdhJikQbWyCR9oy850kJ+I9bP2b2G
        rcNJq9Ve3WCfjQmsKT9w6ICMnP3eeVAL
        -----END CERTIFICATE-----

        """

    @Test func countsCertificates() {
        #expect(count("") == 0)
        #expect(count("no certificate at all\n") == 0)
        #expect(count(certificate) == 1)
        #expect(count("# the lab's\n" + certificate + "\n" + certificate) == 2)
    }

    @Test func aDamagedOneSpoilsTheLot() {
        #expect(count(certificate + certificate.replacing("MIIBNDCB", with: "MIIBNDCC")) == nil)
        #expect(count(certificate + certificate.replacing("MIIBNDCB", with: "!!!!")) == nil)
        #expect(count(String(repeating: "x", count: CertificateText.maximumBytes + 1)) == nil)
    }

    private func count(_ text: String) -> Int? { CertificateText.count(inPEM: Array(text.utf8).span) }
}
