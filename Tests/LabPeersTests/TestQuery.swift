import ByteCodec
import LabPeers

/// Queries as the tests need them, spelled as given.
enum TestQuery {
    static func message(
        _ name: String, _ type: UInt16, id: UInt16 = 0x1234, opt: [UInt8] = []
    ) -> [UInt8] {
        let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        let header = [UInt8(id >> 8), UInt8(id & 255), 1, 0, 0, 1, 0, 0, 0, 0, 0, opt.isEmpty ? 0 : 1]
        return header + labels + [0, UInt8(type >> 8), UInt8(type & 255), 0, 1] + opt
    }

    /// An OPT record that offers 1,232 bytes, with the options given.
    static func opt(version: UInt8 = 0, dnssecOK: Bool = false, options: [UInt8] = []) -> [UInt8] {
        [
            0, 0, 41, 0x04, 0xD0, 0, version, dnssecOK ? 0x80 : 0, 0, UInt8(options.count >> 8),
            UInt8(options.count & 255),
        ]
            + options
    }
}

extension ZoneResponder {
    func reply(_ message: [UInt8]) -> [UInt8]? { answer(message.span) }
}
