/// The class of a question or record (RFC 6895 section 3.2).
package struct RecordClass: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: RecordClass, right: RecordClass) -> Bool { left.rawValue == right.rawValue }

    package static let internet = RecordClass(rawValue: 1)
    package static let chaos = RecordClass(rawValue: 3)
    package static let hesiod = RecordClass(rawValue: 4)
    package static let none = RecordClass(rawValue: 254)
    package static let any = RecordClass(rawValue: 255)
}

extension RecordClass: CustomStringConvertible {
    /// The mnemonic, or `CLASS123` for one without (RFC 3597 section 5).
    package var description: String {
        RecordClass.names.first { $0.value == self }?.name ?? "CLASS\(rawValue)"
    }

    /// Reads what `description` writes, in any case.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let known = RecordClass.names.first(where: { $0.name == upper }) {
            self = known.value
        } else if upper.hasPrefix("CLASS"), let number = UInt16(upper.dropFirst(5)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    private static let names: [(value: RecordClass, name: String)] = [
        (.internet, "IN"), (.chaos, "CH"), (.hesiod, "HS"), (.none, "NONE"), (.any, "ANY"),
    ]
}
