package import ByteCodec

extension MessageBuilder {
    /// Adds a record whose data holds no name, or uncompressed ones. Sections come in order.
    @_lifetime(self: copy self)
    package mutating func addRecord(
        _ owner: NameView, _ type: RecordType, _ recordClass: RecordClass = .internet, ttl: UInt32,
        rdata: Span<UInt8>, to section: Section = .answer
    ) throws(WireError) {
        let start = enter(section)
        do {
            let lengthOffset = try writeFixedPart(owner, type, recordClass, ttl)
            try write(rdata)
            try close(lengthOffset, section)
        } catch {
            rollBack(to: start)
            throw error
        }
    }

    /// Adds a record whose data is one name: CNAME, NS, PTR, DNAME.
    @_lifetime(self: copy self)
    package mutating func addRecord(
        _ owner: NameView, _ type: RecordType, ttl: UInt32, target: NameView, to section: Section = .answer
    ) throws(WireError) {
        let start = enter(section)
        do {
            let lengthOffset = try writeFixedPart(owner, type, .internet, ttl)
            try write(target, compressed: RdataLayout.layout(of: type).mayCompress)
            try close(lengthOffset, section)
        } catch {
            rollBack(to: start)
            throw error
        }
    }

    /// Adds a record of another message: names in its data are decompressed, and compressed anew where that is
    /// allowed. `ttl` replaces the record's own.
    @_lifetime(self: copy self)
    package mutating func addRecord(
        copying record: RecordView, ttl: UInt32? = nil, to section: Section? = nil
    ) throws(WireError) {
        let section = section ?? record.section
        let start = enter(section)
        do {
            let lengthOffset = try writeFixedPart(record.owner, record.type, record.recordClass, ttl ?? record.ttl)
            try writeData(of: record)
            try close(lengthOffset, section)
        } catch {
            rollBack(to: start)
            throw error
        }
    }

    @_lifetime(self: copy self)
    private mutating func enter(_ section: Section) -> Int {
        precondition(section >= self.section, "sections are written in order")
        precondition(openOPT == nil, "the OPT record has not been ended")
        self.section = section
        return count
    }

    /// Writes all before the data and answers where the data's length stands.
    @_lifetime(self: copy self)
    private mutating func writeFixedPart(
        _ owner: NameView, _ type: RecordType, _ recordClass: RecordClass, _ ttl: UInt32
    ) throws(WireError) -> Int {
        try write(owner, compressed: true)
        try write(type.rawValue)
        try write(recordClass.rawValue)
        try write(ttl)
        try write(UInt16(0))
        return count - 2
    }

    @_lifetime(self: copy self)
    private mutating func writeData(of record: RecordView) throws(WireError) {
        let layout = RdataLayout.layout(of: record.type)
        guard layout.names > 0 else { return try write(record.rdata) }
        var offset = try layout.namesOffset(record)
        try write(record.message.extracting(record.rdataOffset..<offset))
        for _ in 0..<layout.names {
            let name = try NameView(in: record.message, at: offset)
            guard name.endOffset <= record.endOffset else { throw .malformed(offset: record.rdataOffset) }
            try write(name, compressed: layout.mayCompress)
            offset = name.endOffset
        }
        try write(record.message.extracting(offset..<record.endOffset))
    }

    @_lifetime(self: copy self)
    private mutating func close(_ lengthOffset: Int, _ section: Section) throws(WireError) {
        guard let length = UInt16(exactly: count - lengthOffset - 2) else {
            throw .overflow(offset: lengthOffset)
        }
        patch(length, at: lengthOffset)
        header[section] += 1
    }
}
