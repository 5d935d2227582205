package import ByteCodec
internal import NetworkTypes

/// One parameter of a SVCB or HTTPS record, where it stands (RFC 9460 section 2.2).
package struct ServiceParameterView: ~Escapable, BitwiseCopyable {
    package let key: ServiceParameterKey
    package let value: Span<UInt8>

    @_lifetime(copy value)
    init(key: ServiceParameterKey, value: Span<UInt8>) {
        self.key = key
        self.value = value
    }

    /// `key=value` as a zone file writes it (RFC 9460 section 2.1); throws when the value is not what its key wants.
    package func text() throws(WireError) -> String {
        switch key {
        case .mandatory: "\(key)=\(try list(of: 2) { ServiceParameterKey(rawValue: $0.bigEndianUInt16(at: 0)) })"
        case .alpn: "\(key)=\(try protocolsText())"
        case .noDefaultALPN: try flag()
        case .port: "\(key)=\(try port())"
        case .ipv4Hint: "\(key)=\(try list(of: 4) { IPv4Address(bits: $0.bigEndianUInt32(at: 0)) })"
        case .ipv6Hint: "\(key)=\(try list(of: 16) { IPv6Address(wire: $0) })"
        case .encryptedClientHello: "\(key)=\(Base64.encode(value))"
        default: value.isEmpty ? "\(key)" : "\(key)=\(RdataText.quoted(value))"
        }
    }

    /// A key without a value.
    private func flag() throws(WireError) -> String {
        guard value.isEmpty else { throw .malformed(offset: 0) }
        return "\(key)"
    }

    private func port() throws(WireError) -> UInt16 {
        guard value.count == 2 else { throw .malformed(offset: 0) }
        return value.bigEndianUInt16(at: 0)
    }

    /// Values of one size, at least one, with commas between them.
    private func list(
        of size: Int, _ element: (Span<UInt8>) -> some CustomStringConvertible
    ) throws(WireError) -> String {
        guard !value.isEmpty, value.count % size == 0 else { throw .malformed(offset: 0) }
        var parts: [String] = []
        for start in stride(from: 0, to: value.count, by: size) {
            parts.append(element(value.extracting(start..<start + size)).description)
        }
        return parts.joined(separator: ",")
    }

    /// Protocol names, with commas between; a comma or backslash in a name is escaped twice, once for the list and
    /// once for the character string (RFC 9460 appendix A.1).
    private func protocolsText() throws(WireError) -> String {
        var reader = ByteReader(value)
        var names: [[UInt8]] = []
        while !reader.isAtEnd {
            let name = [UInt8](try reader.read(Int(reader.readUInt8())))
            guard !name.isEmpty else { throw .malformed(offset: 0) }
            names.append(name.flatMap { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\\") ? [92, $0] : [$0] })
        }
        guard !names.isEmpty else { throw .malformed(offset: 0) }
        return RdataText.quoted([UInt8](names.joined(separator: [UInt8(ascii: ",")])).span)
    }
}

/// Walks the parameters of a SVCB or HTTPS record.
package struct ServiceParameterCursor: ~Escapable {
    private var reader: ByteReader
    private var previous: UInt16?

    /// `bytes` is what follows the target name.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) { reader = ByteReader(bytes) }

    /// The next parameter, nil after the last; throws when the keys do not ascend or a value passes the end.
    @_lifetime(copy self)
    package mutating func next() throws(WireError) -> ServiceParameterView? {
        guard !reader.isAtEnd else { return nil }
        let key = try reader.readUInt16()
        if let previous, key <= previous { throw .malformed(offset: reader.offset) }
        previous = key
        let length = try reader.readUInt16()
        return ServiceParameterView(key: ServiceParameterKey(rawValue: key), value: try reader.read(Int(length)))
    }
}
