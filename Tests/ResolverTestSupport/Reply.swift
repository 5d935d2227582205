internal import ByteCodec
package import DNSWire

/// A message taken apart, for expectations.
package struct Reply: Equatable {
    package struct Record: Equatable, Hashable {
        package var owner: String
        package var type: RecordType
        package var ttl: UInt32
        package var rdata: [UInt8]
        package var section: Section
    }

    package let id: UInt16
    package let flags: Flags
    package let code: ResponseCode
    package let question: String
    package let type: RecordType?
    package let records: [Record]
    package let hasOPT: Bool
    package let wantsDNSSEC: Bool
    package let payloadSize: Int?
    package let error: ExtendedErrorCode?
    package let errorText: String?
    package let options: [EDNSOptionCode]
    package let byteCount: Int

    /// Throws unless every byte of it can be read.
    package init(_ bytes: [UInt8]) throws {
        let message = try MessageView(bytes.span)
        var offsets: [UInt16] = []
        let summary = try message.validate(recordingTTLOffsets: &offsets)
        id = summary.header.id
        flags = summary.header.flags
        code = summary.responseCode
        let question = try message.question()
        switch question {
        case .some(let question):
            self.question = question.name.text
            type = question.type
        case .none:
            self.question = ""
            type = nil
        }
        var records: [Record] = []
        var cursor = try message.records()
        while let record = try cursor.next() {
            guard record.type != .opt else { continue }
            records.append(
                Record(
                    owner: record.owner.text, type: record.type, ttl: record.ttl, rdata: [UInt8](record.rdata),
                    section: record.section))
        }
        self.records = records
        var codes: [EDNSOptionCode] = []
        var told: (code: ExtendedErrorCode, text: String)?
        var wantsDNSSEC = false
        var payloadSize: Int?
        if let opt = try message.opt() {
            var options = opt.options
            while let option = try options.next() {
                codes.append(option.code)
                if let error = option.extendedError { told = error }
            }
            wantsDNSSEC = opt.wantsDNSSEC
            payloadSize = opt.payloadSize
        }
        hasOPT = summary.opt != nil
        self.wantsDNSSEC = wantsDNSSEC
        self.payloadSize = payloadSize
        error = told?.code
        errorText = told?.text
        options = codes
        byteCount = bytes.count
    }

    package var answers: [Record] { records.filter { $0.section == .answer } }
    package var authorities: [Record] { records.filter { $0.section == .authority } }
}
