internal import DNSWire

/// One message of a scenario: what it must match, or what is sent.
struct ScenarioEntry {
    let line: Int
    var match = MatchRules()
    var adjustment = Adjustment()
    /// Flags and opcode.
    var flags = Flags(rawValue: 0)
    var code = ResponseCode.noError
    var wantsDNSSEC = false
    var questions: [Question] = []
    var records: [Record] = []
    /// The options of the OPT record, which there is when this is not nil.
    var options: [UInt8]?
    /// The whole message instead, as it is.
    var raw: [UInt8]?

    init(line: Int) { self.line = line }

    struct Question {
        var name: OwnedName
        var type: RecordType
        var recordClass: RecordClass
    }

    struct Record {
        var section: Section
        var owner: OwnedName
        var ttl: UInt32
        var recordClass: RecordClass
        var type: RecordType
        var data: [UInt8]
    }

    /// How an answer is made from an entry.
    struct Adjustment {
        var copiesQuestion = false
        /// Seconds until it leaves.
        var delay: Double = 0
        /// The query is matched and not answered.
        var isSilent = false
    }
}
