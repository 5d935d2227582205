import ByteCodec
import DNSWire

/// A message taken apart, for expectations.
struct Reply: Equatable {
    struct Record: Equatable, Hashable {
        var owner: String
        var type: RecordType
        var ttl: UInt32
        var rdata: [UInt8]
        var section: Section
    }

    let id: UInt16
    let flags: Flags
    let code: ResponseCode
    let question: String
    let type: RecordType?
    let records: [Record]
    let hasOPT: Bool
    let wantsDNSSEC: Bool
    let payloadSize: Int?
    let error: ExtendedErrorCode?
    let errorText: String?
    let options: [EDNSOptionCode]
    let byteCount: Int

    /// Throws unless every byte of it can be read.
    init(_ bytes: [UInt8]) throws {
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

    var answers: [Record] { records.filter { $0.section == .answer } }
    var authorities: [Record] { records.filter { $0.section == .authority } }
}
