/// What kind of request a message is (RFC 6895 section 2.2).
package struct Opcode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: Opcode, right: Opcode) -> Bool { left.rawValue == right.rawValue }

    package static let query = Opcode(rawValue: 0)
    package static let inverseQuery = Opcode(rawValue: 1)
    package static let status = Opcode(rawValue: 2)
    package static let notify = Opcode(rawValue: 4)
    package static let update = Opcode(rawValue: 5)
    package static let statefulOperations = Opcode(rawValue: 6)
}

extension Opcode: CustomStringConvertible {
    package var description: String {
        switch self {
        case .query: "QUERY"
        case .inverseQuery: "IQUERY"
        case .status: "STATUS"
        case .notify: "NOTIFY"
        case .update: "UPDATE"
        case .statefulOperations: "DSO"
        default: "OPCODE\(rawValue)"
        }
    }
}
