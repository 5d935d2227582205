import Bundle
import Cryptography
import NetworkTypes
import Testing

@Suite struct BundleReaderTests {
    @Test func readsBackWhatWasWritten() throws {
        let bundle = try Bundle.read(Sample.writer().encoded())
        #expect(bundle.manifest.resolver == Sample.manifest.resolver)
        #expect(bundle.manifest.profile == Sample.manifest.profile)
        #expect(bundle.manifest.defaultVerdict == .via(path: "direct"))
        #expect(bundle.digest == Sample.writer().digest)
        #expect(!bundle.isSigned)
        for (name, content) in Sample.sections {
            #expect(bundle.section(named: name).map(Array.init) == content)
        }
        #expect(bundle.section(named: "absent") == nil)
        #expect(bundle.manifest.sections.map(\.offset) == [0, 4096, 8192])
    }

    @Test func theSameInputGivesTheSameBytes() {
        #expect(Sample.writer().encoded() == Sample.writer().encoded())
        let key = Ed25519PrivateKey.generate()
        let (first, second) = (Sample.writer().encoded(signedBy: key), Sample.writer().encoded(signedBy: key))
        #expect(first == second)
    }

    @Test func aBundleWithoutSectionsEndsWithItsManifest() throws {
        let bytes = BundleWriter(Sample.bareManifest).encoded()
        #expect(try Bundle.read(bytes).manifest == Sample.bareManifest)
        #expect(bytes.count < 4096)
    }

    @Test func everyTruncationIsRefused() {
        let whole = Sample.writer().encoded()
        // Every byte of header and manifest, then steps that meet all the rest modulo a page.
        for count in Array(0..<1100) + Array(stride(from: 1100, to: whole.count, by: 31)) + [whole.count - 1] {
            #expect(throws: BundleError.self, "\(count) bytes") { try Bundle.read(Array(whole[..<count])) }
        }
    }

    @Test func everyChangedByteIsRefused() {
        var writer = BundleWriter(Sample.bareManifest)
        writer.addSection(named: "small", [1, 2, 3])
        let whole = writer.encoded()
        for index in whole.indices {
            var changed = whole
            changed[index] ^= UInt8(1) << UInt8(index % 8)
            #expect(throws: BundleError.self, "byte \(index)") { try Bundle.read(changed) }
        }
    }

    @Test func everyChangedByteOfASignedOneIsRefused() throws {
        let key = Ed25519PrivateKey.generate()
        let trust = key.publicKey
        let whole = BundleWriter(Sample.bareManifest).encoded(signedBy: key)
        #expect(throws: Never.self) { try Bundle.read(whole, trust: trust) }
        let unsignedCount = BundleWriter(Sample.bareManifest).encoded().count
        for index in whole.indices {
            for bit in index < unsignedCount ? index % 8..<index % 8 + 1 : 0..<8 {
                var changed = whole
                changed[index] ^= UInt8(1) << UInt8(bit)
                #expect(throws: BundleError.self, "byte \(index), bit \(bit)") {
                    try Bundle.read(changed, trust: trust)
                }
            }
        }
        for count in whole.indices {
            #expect(throws: BundleError.self, "\(count) bytes") {
                try Bundle.read(Array(whole[..<count]), trust: trust)
            }
        }
    }

    @Test func trustDecidesWhoMaySign() throws {
        let key = Ed25519PrivateKey.generate()
        let trust = key.publicKey
        let signed = Sample.writer().encoded(signedBy: key)
        let unsigned = Sample.writer().encoded()
        let read = try Bundle.read(signed, trust: trust)
        #expect(read.isSigned)
        #expect(read.digest == Sample.writer().digest)
        #expect(read.section(named: "b").map(Array.init) == Sample.sections[1].1)
        #expect(try Bundle.read(signed).isSigned)
        #expect(throws: BundleError.unsigned) { try Bundle.read(unsigned, trust: trust) }
        let stranger = Ed25519PrivateKey.generate().publicKey
        #expect(throws: BundleError.signedByAnotherKey) { try Bundle.read(signed, trust: stranger) }
    }

    @Test func aSignatureOfAnotherBundleIsRefused() {
        let key = Ed25519PrivateKey.generate()
        let trust = key.publicKey
        var other = Sample.bareManifest
        other.profile.version += 1
        let left = BundleWriter(Sample.bareManifest).encoded(signedBy: key)
        let right = BundleWriter(other).encoded(signedBy: key)
        let plain = BundleWriter(other).encoded()
        // Both manifests are of one length: the header with the digest and the manifest of one, the signature of the
        // other.
        #expect(left.count == right.count)
        let mixed = Array(right[..<plain.count]) + left[plain.count...]
        #expect(throws: BundleError.signatureInvalid) { try Bundle.read(mixed, trust: trust) }
        #expect(throws: BundleError.signatureInvalid) { try Bundle.read(mixed) }
    }

    @Test(
        arguments: [
            ([], .notABundle), (Array("schema: enigm.network/1\n".utf8), .notABundle),
            (Array("ENIGMB2\n".utf8), .notABundle), (Array("ENI".utf8), .truncated), (Bundle.magic, .truncated),
            (Bundle.magic + [UInt8](repeating: 0xFF, count: 40), .manifestTooLarge),
            (Bundle.magic + [UInt8](repeating: 0, count: 40), .digestMismatch),
            (Sample.writer().encoded() + [0], .trailingBytes),
            (Sample.writer().encoded() + Bundle.magic, .trailingBytes),
        ] as [([UInt8], BundleError)])
    func saysWhatIsWrong(bytes: [UInt8], error: BundleError) {
        #expect(throws: error) { try Bundle.read(bytes) }
        #expect(!error.description.contains("\n"))
        #expect(error.description.first?.isLowercase == true)
    }
}
