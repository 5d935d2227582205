package import ByteCodec

/// Writes a message from front to back: questions, then records in the order of the sections, an OPT record at the
/// end. What does not fit throws `.overflow` and leaves the message as it was before the call.
package struct MessageBuilder: ~Copyable, ~Escapable {
    /// The header that `finish` will write; the counts grow with what is added.
    package var header: Header
    private var bytes: MutableSpan<UInt8>
    /// How many bytes there are so far.
    package private(set) var count: Int
    var compressor = NameCompressor()
    var section: Section = .answer
    /// Where the length of the OPT record that is being written stands.
    var openOPT: Int?

    /// Starts an empty message in `bytes`.
    @_lifetime(&bytes)
    package init(_ bytes: inout MutableSpan<UInt8>, header: Header) throws(WireError) {
        guard bytes.count >= Header.length else { throw .overflow(offset: 0) }
        self.header = Header(id: header.id, flags: header.flags)
        self.bytes = bytes._mutatingExtracting(0..<bytes.count)
        count = Header.length
    }

    /// Starts an answer: the client's id, opcode, RD and CD, and our QR, RA and response code.
    @_lifetime(&bytes)
    package init(
        _ bytes: inout MutableSpan<UInt8>, answering id: UInt16, _ query: Flags, _ responseCode: ResponseCode
    ) throws(WireError) {
        var flags = Flags(rawValue: 0)
        flags.isResponse = true
        flags.opcode = query.opcode
        flags.recursionDesired = query.recursionDesired
        flags.recursionAvailable = true
        flags.checkingDisabled = query.checkingDisabled
        flags.responseCode = responseCode
        try self.init(&bytes, header: Header(id: id, flags: flags))
    }

    package var capacity: Int { bytes.count }

    /// Copies a question byte for byte, in the client's spelling. `question` is one checked, uncompressed question.
    @_lifetime(self: copy self)
    package mutating func addQuestion(copying question: Span<UInt8>) throws(WireError) {
        let start = count
        try write(question)
        header.questionCount += 1
        compressor.remember(uncompressedName: question, at: start)
    }

    @_lifetime(self: copy self)
    package mutating func addQuestion(
        _ name: NameView, _ type: RecordType, _ recordClass: RecordClass = .internet
    ) throws(WireError) {
        let start = count
        do {
            try write(name, compressed: true)
            try write(type.rawValue)
            try write(recordClass.rawValue)
        } catch {
            rollBack(to: start)
            throw error
        }
        header.questionCount += 1
    }

    /// Writes the header and says how many bytes the message has.
    @_lifetime(self: copy self)
    package mutating func finish() -> Int {
        precondition(openOPT == nil, "the OPT record has not been ended")
        header.write(to: &bytes)
        return count
    }

    /// Writes a name, as a pointer where one of its suffixes has been written before.
    @_lifetime(self: copy self)
    mutating func write(_ name: NameView, compressed: Bool) throws(WireError) {
        var cursor = name.labels
        var position = cursor.nextOffset()
        while let label = cursor.next() {
            let suffix = NameView(suffixOf: name, at: position)
            if compressed, let target = knownOffset(of: suffix) {
                return try write(0xC000 | target)
            }
            compressor.remember(count)
            try write(UInt8(truncatingIfNeeded: label.count))
            try write(label)
            position = cursor.nextOffset()
        }
        try write(UInt8(0))
    }

    @_lifetime(self: copy self)
    mutating func write(_ value: UInt8) throws(WireError) {
        let start = try advance(1)
        bytes[start] = value
    }

    @_lifetime(self: copy self)
    mutating func write(_ value: UInt16) throws(WireError) {
        let start = try advance(2)
        bytes.setBigEndian(value, at: start)
    }

    @_lifetime(self: copy self)
    mutating func write(_ value: UInt32) throws(WireError) {
        let start = try advance(4)
        bytes.setBigEndian(value, at: start)
    }

    @_lifetime(self: copy self)
    mutating func write(_ source: Span<UInt8>) throws(WireError) {
        let start = try advance(source.count)
        bytes.copy(source, to: start)
    }

    @_lifetime(self: copy self)
    mutating func writeZeros(_ amount: Int) throws(WireError) {
        let start = try advance(amount)
        for index in start..<start + amount { bytes[index] = 0 }
    }

    /// Overwrites a length that was not known before.
    @_lifetime(self: copy self)
    mutating func patch(_ value: UInt16, at offset: Int) {
        bytes.setBigEndian(value, at: offset)
    }

    /// Takes back everything from `count` on.
    @_lifetime(self: copy self)
    mutating func rollBack(to count: Int) {
        self.count = count
        compressor.forget(from: count)
    }

    @_lifetime(self: copy self)
    private mutating func advance(_ amount: Int) throws(WireError) -> Int {
        guard amount <= bytes.count - count else { throw .overflow(offset: count) }
        defer { count += amount }
        return count
    }

    private func knownOffset(of name: NameView) -> UInt16? {
        compressor.offset(of: name, in: bytes.span.extracting(0..<count))
    }
}
