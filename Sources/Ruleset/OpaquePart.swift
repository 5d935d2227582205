/// A part of a table that another program wrote and this model has no words for, such as a map or a counter with a name:
/// it is seen and compared, never written.
package struct OpaquePart: Hashable, Sendable {
    /// As nft calls it.
    package var kind: String
    package var name: String
    /// Of what it says, less what packets change of it.
    package var digest: [UInt8]

    package init(kind: String, name: String, digest: [UInt8]) {
        self.kind = kind
        self.name = name
        self.digest = digest
    }
}

extension OpaquePart: Comparable {
    package static func < (left: OpaquePart, right: OpaquePart) -> Bool {
        (left.name, left.kind) < (right.name, right.kind)
    }
}
