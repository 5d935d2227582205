import ByteCodec
import Cryptography
import LabPeers
import NetworkTypes
import TLSEngine
import Testing

@Suite struct PeerVerificationTests {
    let servers = TestServers()

    func failure(
        of identity: ServerIdentity? = nil, for authentication: ServerAuthentication? = nil,
        name: String = TestServers.name, time: Int64 = TestServers.now
    ) throws -> TLSFailure? {
        let context = try TLSContext(
            serverName: name, authentication: authentication ?? .chain(servers.trustStore))
        var pair = TLSPair(context, servers.serverContext(identity), time: time)
        pair.exchange()
        let isEstablished = pair.client.isEstablished
        #expect(isEstablished == (pair.failure == nil))
        #expect(pair.events.count == 1)
        return pair.failure
    }

    // MARK: - Dates

    @Test func `the time of verification is the caller's`() throws {
        let day = Int64(TestServers.day)
        #expect(try failure(time: TestServers.now) == nil)
        #expect(try failure(time: TestServers.now + day - 1) == nil)
        #expect(try failure(time: TestServers.now - day) == nil)
        #expect(try failure(time: TestServers.now + day + 1) == .certificateExpired)
        #expect(try failure(time: TestServers.now - day - 1) == .certificateNotYetValid)
    }

    @Test func `a leaf's own dates count`() throws {
        let day = TestServers.day
        let expired = servers.identity(validity: TestServers.validity(from: -day, to: -1))
        let early = servers.identity(validity: TestServers.validity(from: 1, to: day))
        #expect(try failure(of: expired) == .certificateExpired)
        #expect(try failure(of: early) == .certificateNotYetValid)
    }

    // MARK: - Names

    @Test(arguments: [
        ("dns.lab.example", ["dns.lab.example"], true),
        ("DNS.Lab.Example", ["dns.lab.example"], true),
        ("dns.lab.example", ["other.example", "dns.lab.example"], true),
        ("dns.lab.example", ["*.lab.example"], true),
        ("a.dns.lab.example", ["*.lab.example"], false),
        ("lab.example", ["*.lab.example"], false),
        ("dns.lab.example", ["d*.lab.example"], false),
        ("dns.lab.example", ["*.example"], false),
        ("dns.lab.example", ["dns.lab.example.org"], false),
        ("dns.lab.example", ["lab.example"], false),
        ("dns.lab.example", [], false),
    ])
    func `a certificate is for the names it says`(name: String, names: [String], isFor: Bool) throws {
        let result = try failure(of: servers.identity(names: names), name: name)
        #expect(result == (isFor ? nil : .certificateNameMismatch))
    }

    @Test func `the common name is no host name`() throws {
        let identity = servers.authority.issue(
            LeafTemplate(commonName: TestServers.name, names: [], validity: TestServers.validity()))
        #expect(try failure(of: identity) == .certificateNameMismatch)
    }

    @Test(arguments: [
        ("198.51.100.7", "198.51.100.7", true), ("198.51.100.8", "198.51.100.7", false),
        ("2001:db8::1", "2001:db8:0::1", true), ("2001:db8::2", "2001:db8::1", false),
    ])
    func `an address is verified as an address`(name: String, address: String, isFor: Bool) throws {
        let identity = servers.identity(names: [], addresses: [try #require(IPAddress(address))])
        #expect(try failure(of: identity, name: name) == (isFor ? nil : .certificateNameMismatch))
        // The same text as a DNS name is not the address.
        #expect(try failure(of: servers.identity(names: [name]), name: name) == .certificateNameMismatch)
    }

    // MARK: - Issuers

    @Test func `a foreign authority of the same name is not trusted`() throws {
        let foreign = CertificateAuthority(named: "test authority", validity: TestServers.validity())
        let identity = foreign.issue(LeafTemplate(name: TestServers.name, validity: TestServers.validity()))
        #expect(try failure(of: identity) == .certificateUntrusted)
    }

    @Test func `a self-signed certificate is trusted only when it is the anchor`() throws {
        let identity = ServerIdentity.selfSigned(
            LeafTemplate(name: TestServers.name, validity: TestServers.validity()))
        #expect(try failure(of: identity) == .certificateSelfSigned)
        let own = try TrustStore(pem: Array(identity.certificate.pem.utf8).span)
        #expect(try failure(of: identity, for: .chain(own)) == nil)
    }

    @Test func `an intermediate may be the anchor`() throws {
        let intermediate = servers.authority.intermediate(named: "below", validity: TestServers.validity())
        let identity = intermediate.issue(LeafTemplate(name: TestServers.name, validity: TestServers.validity()))
        #expect(try failure(of: identity) == nil)
        let anchor = try TrustStore(pem: Array(intermediate.certificate.pem.utf8).span)
        #expect(try failure(of: identity, for: .chain(anchor)) == nil)
    }

    @Test func `an empty system directory trusts nobody`() throws {
        let store = TrustStore(directory: "/nonexistent")
        #expect(try failure(for: .chain(store)) == .certificateUntrusted)
    }

    @Test func `damaged PEM makes no store`() throws {
        let pem = Array(servers.authority.certificate.pem.utf8)
        var damaged = pem
        damaged[pem.count / 2] = UInt8(ascii: "!")
        #expect(throws: TLSConfigurationError.noCertificate) { try TrustStore(pem: [UInt8]().span) }
        #expect(throws: TLSConfigurationError.noCertificate) { try TrustStore(pem: Array("hello\n".utf8).span) }
        #expect(throws: TLSConfigurationError.unreadableCertificate) { try TrustStore(pem: damaged.span) }
        // What comes after a good one has to be good, too.
        #expect(throws: TLSConfigurationError.unreadableCertificate) { try TrustStore(pem: (pem + damaged).span) }
        _ = try TrustStore(pem: (pem + Array("a comment\n".utf8) + pem).span)
    }

    // MARK: - Pins

    @Test func `pins authenticate by themselves`() throws {
        let identity = ServerIdentity.selfSigned(
            LeafTemplate(name: "other.example", validity: TestServers.validity(from: -2, to: -1)))
        #expect(try failure(of: identity, for: .pins([identity.pin])) == nil)
    }

    @Test func `any pin of the set will do`() throws {
        let (active, backup, other) = (servers.identity(), servers.identity(), servers.identity())
        let pins = ServerAuthentication.pins([try active.pin, try backup.pin])
        #expect(try failure(of: active, for: pins) == nil)
        #expect(try failure(of: backup, for: pins) == nil)
        #expect(try failure(of: other, for: pins) == .pinMismatch)
    }

    @Test func `with an authority given, chain and pin both have to hold`() throws {
        let identity = servers.identity()
        let other = servers.identity()
        let expired = servers.identity(validity: TestServers.validity(from: -2, to: -1))
        let foreign = ServerIdentity.selfSigned(
            LeafTemplate(name: TestServers.name, validity: TestServers.validity()))
        func both(_ pinned: ServerIdentity) throws -> ServerAuthentication {
            try .chainAndPins(servers.trustStore, [pinned.pin])
        }
        #expect(try failure(of: identity, for: both(identity)) == nil)
        #expect(try failure(of: other, for: both(identity)) == .pinMismatch)
        #expect(try failure(of: expired, for: both(expired)) == .certificateExpired)
        #expect(try failure(of: foreign, for: both(foreign)) == .certificateSelfSigned)
        #expect(try failure(of: identity, for: both(identity), name: "x.example") == .certificateNameMismatch)
    }

    @Test func `who is refused gets an alert and no plaintext`() throws {
        var pair = TLSPair(try servers.context(name: "other.lab.example"), servers.serverContext())
        pair.exchange()
        #expect(pair.failure == .certificateNameMismatch)
        let state = pair.server.state
        #expect(state != .established && state != .handshaking)
        let atServer = pair.server.received.count
        #expect(atServer == 0)
        // After the end nothing can be made to leave.
        pair.client.send([1, 2, 3].span)
        let rest = pair.drainClient()
        #expect(rest.isEmpty)
    }
}
