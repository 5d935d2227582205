internal import ByteCodec
internal import DNSWire
internal import NetworkTypes

extension AnswerBuffer {
    /// Whether an answer leads to a private address: in an address record, or in a hint of a service record. One
    /// such address among public ones is enough, for that is how rebinding is done. What is in `zone` may have them.
    func hasPrivateAddress(_ answer: EncodedAnswer, outside zone: OwnedName?) -> Bool {
        let message = bytes.span.extracting(0..<Header.length + answer.length - answer.shape.trailerLength)
        guard let question = try? QuestionView(in: message, at: Header.length) else { return true }
        var offset = question.endOffset
        for _ in 0..<answer.shape.answerCount {
            guard let record = try? RecordView(in: message, at: offset, section: .answer) else { return true }
            if record.hasPrivateAddress, !record.isInside(zone) { return true }
            offset = record.endOffset
        }
        return false
    }
}

extension RecordView {
    fileprivate func isInside(_ zone: OwnedName?) -> Bool {
        guard let zone else { return false }
        return owner.isSubdomain(of: zone.view)
    }

    fileprivate var hasPrivateAddress: Bool {
        switch type {
        case .a: return rdata.isPrivateIPv4(at: 0)
        case .aaaa: return rdata.isPrivateIPv6(at: 0)
        case .svcb, .https: return hasPrivateHint
        default: return false
        }
    }

    /// Hints of RFC 9460 section 7.3. Parameters that cannot be read are taken for the worst.
    private var hasPrivateHint: Bool {
        guard let target = try? target(after: 2) else { return true }
        var offset = target.endOffset
        while offset < endOffset {
            guard offset + 4 <= endOffset else { return true }
            let key = message.bigEndianUInt16(at: offset)
            let end = offset + 4 + Int(message.bigEndianUInt16(at: offset + 2))
            guard end <= endOffset else { return true }
            if message.extracting(offset + 4..<end).holdsPrivateHint(key) { return true }
            offset = end
        }
        return false
    }
}

extension Span where Element == UInt8 {
    /// The value of a service parameter: ipv4hint is 4, ipv6hint is 6 (RFC 9460 section 14.3.2).
    fileprivate func holdsPrivateHint(_ key: UInt16) -> Bool {
        switch key {
        case 4: count % 4 != 0 || stride(from: 0, to: count, by: 4).contains { isPrivateIPv4(at: $0) }
        case 6: count % 16 != 0 || stride(from: 0, to: count, by: 16).contains { isPrivateIPv6(at: $0) }
        default: false
        }
    }

    fileprivate func isPrivateIPv4(at offset: Int) -> Bool {
        AddressClassification(IPv4Address(bits: bigEndianUInt32(at: offset))).isPrivate
    }

    fileprivate func isPrivateIPv6(at offset: Int) -> Bool {
        let high = UInt64(bigEndianUInt32(at: offset)) << 32 | UInt64(bigEndianUInt32(at: offset + 4))
        let low = UInt64(bigEndianUInt32(at: offset + 8)) << 32 | UInt64(bigEndianUInt32(at: offset + 12))
        return AddressClassification(IPv6Address(high: high, low: low)).isPrivate
    }
}
