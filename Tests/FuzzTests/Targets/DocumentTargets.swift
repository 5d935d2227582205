import ByteCodec
import CanonicalJSON
import Cryptography
import ProfileLoader
import ProfileModel

@testable import Bundle

extension FuzzTarget {
    /// A profile: accepted, or refused with at least one diagnostic that can be shown.
    static let profile = FuzzTarget(name: "profile") { bytes in
        let result = ProfileLoader.load(bytes, fileName: "profile.yaml")
        try hold(result.profile != nil || result.diagnostics.hasErrors, "refused without a word")
        let renderer = DiagnosticRenderer(sources: result.sources)
        for diagnostic in result.diagnostics {
            let text = renderer.render(diagnostic)
            try hold(!diagnostic.message.contains("\n") && !text.isEmpty, "a diagnostic of several lines: \(text)")
        }
    }

    /// A bundle, and a manifest in a file that is right around it.
    static let bundle = FuzzTarget(name: "bundle") { bytes in
        read(bytes)
        var file = Bundle.magic
        file.appendBigEndian(UInt32(bytes.count))
        file.appendBigEndian(UInt32(0))
        let digest = SHA256.digest(of: bytes.span).bytes
        read(file + digest + bytes)
    }

    private static func read(_ bytes: [UInt8]) {
        guard let bundle = try? Bundle.read(bytes) else { return }
        for section in bundle.manifest.sections { _ = bundle.section(named: section.name)?.count }
    }

    /// A JSON value: what is read has one text, and that text is the same value; the reader tells that text from all
    /// others.
    static let json = FuzzTarget(name: "json") { bytes in
        var isCanonical = false
        guard let value = try? JSONReader.read(bytes.span, maximumBytes: 1 << 20, isCanonical: &isCanonical) else {
            return
        }
        let text = CanonicalJSONWriter.bytes(of: value)
        try hold(isCanonical == (text == bytes), "\(String(decoding: bytes, as: UTF8.self)) is \(isCanonical)")
        let again = try JSONReader.read(text.span, maximumBytes: 1 << 23)
        try hold(
            CanonicalJSONWriter.bytes(of: again) == text, "\(String(decoding: text, as: UTF8.self)) is not canonical")
    }
}
