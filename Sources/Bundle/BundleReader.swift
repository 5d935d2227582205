internal import ByteCodec
internal import CanonicalJSON
package import Cryptography

extension Bundle {
    /// Checks everything that can be checked; with `trust`, also that this key signed the bundle.
    package static func read(
        _ bytes: [UInt8], trust: Ed25519PublicKey? = nil, _ scope: ManifestScope = .whole
    ) throws(BundleError) -> Bundle {
        try BundleReader(bytes: bytes, scope: scope).read(trust: trust)
    }
}

/// Reads the layout that `Bundle` describes, front to back. Nothing that the file says is believed before it is
/// checked, and no arithmetic is done on a length before it is known to be small.
private struct BundleReader {
    let bytes: [UInt8]
    let scope: ManifestScope

    func read(trust: Ed25519PublicKey?) throws(BundleError) -> Bundle {
        let header = try readHeader()
        let manifestBytes = bytes[header.manifest]
        guard SHA256.digest(of: manifestBytes.span) == header.digest else { throw .digestMismatch }
        try check(bytes[header.signature], digest: header.digest, trust: trust)
        let json = try decode(manifestBytes)
        let sections = try BundleManifest.sections(json: json)
        let areaStart = Bundle.aligned(header.signature.upperBound)
        try check(sections, areaStart: areaStart, partsEnd: header.signature.upperBound)
        let elements = sections.first { $0.name == ElementSection.name }.map { section in
            bytes[areaStart + section.offset..<areaStart + section.offset + section.length]
        }
        let manifest = try BundleManifest(json: json, sections: sections, elements: elements ?? [], scope)
        return Bundle(
            manifest: manifest, digest: header.digest, isSigned: !header.signature.isEmpty, bytes: bytes,
            sectionAreaStart: areaStart)
    }

    private struct Header {
        let manifest: Range<Int>
        let signature: Range<Int>
        let digest: SHA256Digest
    }

    private func readHeader() throws(BundleError) -> Header {
        guard bytes.count <= Bundle.maximumBytes else { throw .tooLarge }
        guard bytes.starts(with: Bundle.magic) else {
            throw !bytes.isEmpty && Bundle.magic.starts(with: bytes) ? .truncated : .notABundle
        }
        guard bytes.count >= Bundle.headerBytes, let digest = SHA256Digest(Array(bytes[16..<48])) else {
            throw .truncated
        }
        let manifestLength = Int(bytes.span.bigEndianUInt32(at: 8))
        let signatureLength = Int(bytes.span.bigEndianUInt32(at: 12))
        guard manifestLength <= Bundle.maximumManifestBytes else { throw .manifestTooLarge }
        guard signatureLength <= Bundle.maximumSignatureBytes else { throw .signatureMalformed }
        let manifest = Bundle.headerBytes..<Bundle.headerBytes + manifestLength
        let signature = manifest.upperBound..<manifest.upperBound + signatureLength
        guard signature.upperBound <= bytes.count else { throw .truncated }
        return Header(manifest: manifest, signature: signature, digest: digest)
    }

    private func check(
        _ envelope: ArraySlice<UInt8>, digest: SHA256Digest, trust: Ed25519PublicKey?
    ) throws(BundleError) {
        guard !envelope.isEmpty else {
            if trust != nil { throw .unsigned }
            return
        }
        let signature = try BundleSignature.read(envelope.span)
        guard signature.digest == digest else { throw .signatureInvalid }
        guard let trust else { return }
        guard signature.signer == trust.identifier else { throw .signedByAnotherKey }
        guard signature.isValid(by: trust) else { throw .signatureInvalid }
    }

    private func decode(_ manifestBytes: ArraySlice<UInt8>) throws(BundleError) -> JSONValue {
        let value: JSONValue
        var isCanonical = false
        do {
            value = try JSONReader.read(
                manifestBytes.span, maximumBytes: Bundle.maximumManifestBytes, isCanonical: &isCanonical)
        } catch {
            throw .manifestNotJSON(error)
        }
        guard isCanonical else { throw .manifestNotCanonical }
        return value
    }

    /// Walks the sections in file order: each is exactly where the one before it puts it.
    private func check(
        _ sections: [BundleSection], areaStart: Int, partsEnd: Int
    ) throws(BundleError) {
        var end = partsEnd
        for section in sections {
            let start = Bundle.aligned(end)
            guard section.offset == start - areaStart else { throw .sectionMisplaced(section.name) }
            guard section.length <= bytes.count - start else { throw .truncated }
            guard bytes[end..<start].allSatisfy({ $0 == 0 }) else { throw .paddingNotZero }
            end = start + section.length
            guard SHA256.digest(of: bytes[start..<end].span) == section.digest else {
                throw .sectionDamaged(section.name)
            }
        }
        guard end == bytes.count else { throw .trailingBytes }
    }
}
