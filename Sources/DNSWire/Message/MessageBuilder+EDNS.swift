package import ByteCodec

extension MessageBuilder {
    /// Begins the OPT record, the last one of the message; options follow, then `endOPT`.
    @_lifetime(self: copy self)
    package mutating func beginOPT(_ parameters: OPTParameters) throws(WireError) {
        precondition(openOPT == nil, "a message has one OPT record")
        let start = count
        do {
            try write(UInt8(0))
            try write(RecordType.opt.rawValue)
            try write(parameters.payloadSize)
            try write(parameters.extendedFlags)
            try write(UInt16(0))
        } catch {
            rollBack(to: start)
            throw error
        }
        section = .additional
        header.additionalCount += 1
        header.flags.responseCode = parameters.responseCode
        openOPT = count - 2
    }

    /// Adds one option to the OPT record.
    @_lifetime(self: copy self)
    package mutating func addOption(_ code: EDNSOptionCode, _ data: Span<UInt8>) throws(WireError) {
        let start = try beginOption(code, byteCount: data.count)
        do {
            try write(data)
        } catch {
            rollBack(to: start)
            throw error
        }
    }

    /// Asks how long the server keeps an idle connection (RFC 7828 section 3.2.1).
    @_lifetime(self: copy self)
    package mutating func addKeepaliveRequest() throws(WireError) {
        _ = try beginOption(.keepalive, byteCount: 0)
    }

    /// Says why the answer is as it is (RFC 8914 section 2). The text is UTF-8, without a final zero.
    @_lifetime(self: copy self)
    package mutating func addExtendedError(_ code: ExtendedErrorCode, _ text: Span<UInt8>) throws(WireError) {
        let start = try beginOption(.extendedError, byteCount: text.count + 2)
        do {
            try write(code.rawValue)
            try write(text)
        } catch {
            rollBack(to: start)
            throw error
        }
    }

    @_lifetime(self: copy self)
    package mutating func addExtendedError(_ code: ExtendedErrorCode, _ text: String = "") throws(WireError) {
        try addExtendedError(code, text.utf8.span)
    }

    /// Pads the message to a multiple of `block` bytes (RFC 7830, RFC 8467), or as far as the buffer goes. The
    /// padding is the last option, so that the length is known. A buffer without room for it leaves it out.
    @_lifetime(self: copy self)
    package mutating func addPadding(block: Int) throws(WireError) {
        precondition(block > 0, "a block has bytes")
        let bare = count + 4
        guard bare <= capacity else { return }
        let amount = min((block - bare % block) % block, capacity - bare)
        _ = try beginOption(.padding, byteCount: amount)
        try writeZeros(amount)
    }

    /// Ends the OPT record.
    @_lifetime(self: copy self)
    package mutating func endOPT() {
        guard let lengthOffset = openOPT else { preconditionFailure("no OPT record was begun") }
        patch(UInt16(count - lengthOffset - 2), at: lengthOffset)
        openOPT = nil
    }

    /// Writes an option's code and length, and answers where they stand.
    @_lifetime(self: copy self)
    private mutating func beginOption(_ code: EDNSOptionCode, byteCount: Int) throws(WireError) -> Int {
        guard let lengthOffset = openOPT else { preconditionFailure("options stand in an OPT record") }
        let start = count
        guard start - lengthOffset - 2 + 4 + byteCount <= Int(UInt16.max) else { throw .overflow(offset: start) }
        do {
            try write(code.rawValue)
            try write(UInt16(byteCount))
        } catch {
            rollBack(to: start)
            throw error
        }
        return start
    }
}
