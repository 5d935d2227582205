/// What no zone of the lab holds: where a client is shown any of it, something has been believed that must not be.
extension ZoneRecord {
    static let falseAddress = ZoneRecord(type: 1, timeToLive: 300, data: [.bytes([203, 0, 113, 66])])
    private static let falseAddress6: [UInt8] = [
        0x20, 0x01, 0x0D, 0xB8, 0x0B, 0xAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66,
    ]

    /// The same record with a false address, if it has an address.
    fileprivate var falsified: ZoneRecord {
        switch type {
        case 1: ZoneRecord(type: type, timeToLive: timeToLive, data: ZoneRecord.falseAddress.data)
        case 28: ZoneRecord(type: type, timeToLive: timeToLive, data: [.bytes(ZoneRecord.falseAddress6)])
        default: self
        }
    }
}

extension Zone.Answer {
    var falsified: Zone.Answer {
        var answer = self
        answer.records = records.map { ($0.name, $0.record.falsified) }
        return answer
    }
}

extension ZoneName {
    static let foreignZone = ZoneName(labels: [Array("elsewhere".utf8), Array("example".utf8)])
    static let foreignHost = ZoneName(labels: [Array("www".utf8)] + foreignZone.labels)
}
