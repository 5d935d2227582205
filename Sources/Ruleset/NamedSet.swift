/// A set of a table, filled by its definition or, with `timeout`, while the table is in force.
package struct NamedSet: Hashable, Sendable {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let constant = Flags(rawValue: 0x2)
        package static let interval = Flags(rawValue: 0x4)
        package static let timeout = Flags(rawValue: 0x10)
    }

    package var name: String
    /// One field, or several that are concatenated.
    package var key: [FieldType]
    package var flags: Flags
    /// The capacity; for a hash set a hard cap (the next element is ENFILE).
    package var size: UInt32?
    package var elements: [SetElement]

    package init(
        _ name: String, key: [FieldType], flags: Flags = [], size: UInt32? = nil, elements: [SetElement] = []
    ) {
        self.name = name
        self.key = key
        self.flags = flags
        self.size = size
        self.elements = elements
    }
}
