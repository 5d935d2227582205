/// How the packet mark and the connection mark are divided, one layout for both, so that one AND moves a decision
/// from one to the other: 0xf0000000 others', 0x0f000000 path, 0x00ffff00 epoch (connection mark only), 0x000000ff
/// subject.
package enum MarkLayout {
    package static let others: UInt32 = 0xF000_0000
    package static let path: UInt32 = 0x0F00_0000
    package static let epoch: UInt32 = 0x00FF_FF00
    package static let subject: UInt32 = 0x0000_00FF
    package static let pathAndSubject = path | subject
    package static let epochAndSubject = epoch | subject
    /// On a device whose wire is checked: everything that is ours of the packet mark, in one piece.
    package static let stamp = ~others

    package static func epochBits(_ epoch: UInt16) -> UInt32 { UInt32(epoch) << 8 }
}

/// The four bits of the path.
package struct PathNumber: Hashable, Sendable, Comparable {
    package let rawValue: UInt8

    /// 0 to 15.
    package init(_ rawValue: UInt8) {
        precondition(rawValue < 16, "a path has four bits")
        self.rawValue = rawValue
    }

    /// Not decided: essentials, and packets that nobody may send.
    package static let none = PathNumber(0)
    package static let direct = PathNumber(1)
    /// The paths that a profile declares are numbered from here to `maximumDeclared`.
    package static let firstDeclared: UInt8 = 2
    package static let maximumDeclared: UInt8 = 11
    /// A flow that began outside and was let in.
    package static let inbound = PathNumber(12)
    /// Name resolution on its way to the stub.
    package static let captured = PathNumber(13)
    /// A tunnel's outer packets.
    package static let underlay = PathNumber(14)
    package static let block = PathNumber(15)

    package var bits: UInt32 { UInt32(rawValue) << 24 }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The eight bits of the subject.
package struct SubjectNumber: Hashable, Sendable, Comparable {
    package let rawValue: UInt8

    package init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// A packet without a socket.
    package static let ownerless = SubjectNumber(0)
    package static let resolver = SubjectNumber(1)
    package static let underlay = SubjectNumber(2)
    /// Everybody whom the profile does not name.
    package static let any = SubjectNumber(3)
    /// The subjects that a profile declares are numbered from here to `maximumDeclared`.
    package static let firstDeclared: UInt8 = 4
    package static let maximumDeclared: UInt8 = 254

    package var bits: UInt32 { UInt32(rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
