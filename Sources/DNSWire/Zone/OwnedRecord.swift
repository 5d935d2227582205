/// A record of its own, as a zone file says it.
package struct OwnedRecord: Hashable, Sendable {
    package var owner: OwnedName
    /// Seconds.
    package var ttl: UInt32
    package var recordClass: RecordClass
    package var type: RecordType
    /// The names in it are not compressed.
    package var data: [UInt8]

    package init(owner: OwnedName, ttl: UInt32, recordClass: RecordClass = .internet, type: RecordType, data: [UInt8]) {
        self.owner = owner
        self.ttl = ttl
        self.recordClass = recordClass
        self.type = type
        self.data = data
    }
}
