import Testing

@testable import DNSWire

@Suite struct CodeNameTests {
    @Test func typesAreNamedAndReadBack() {
        for value in UInt16.min...UInt16.max {
            let type = RecordType(rawValue: value)
            if RecordType(type.description) != type { Issue.record("\(type)") }
        }
        #expect(RecordType.https.description == "HTTPS" && RecordType(rawValue: 65_534).description == "TYPE65534")
        #expect(RecordType("aAaA") == .aaaa && RecordType("type28") == .aaaa)
        #expect(RecordType("TYPE65536") == nil && RecordType("AAAAA") == nil && RecordType("") == nil)
    }

    @Test func classes() {
        for value in [1, 3, 4, 254, 255, 2, 1232] as [UInt16] {
            let recordClass = RecordClass(rawValue: value)
            #expect(RecordClass(recordClass.description) == recordClass)
        }
        #expect(RecordClass("in") == .internet && RecordClass("CLASS9")?.rawValue == 9 && RecordClass("IM") == nil)
    }

    @Test func responseCodes() {
        for value in UInt16.min...100 {
            let code = ResponseCode(rawValue: value)
            #expect(ResponseCode(code.description) == code)
        }
        #expect(ResponseCode.nameError.description == "NXDOMAIN" && ResponseCode.badVersion.description == "BADVERS")
        #expect(ResponseCode("") == nil)
    }

    @Test func extendedErrors() {
        #expect(ExtendedErrorCode.networkError.description == "Network Error")
        #expect(ExtendedErrorCode.blocked.description == "Blocked")
        #expect(ExtendedErrorCode.synthesized.description == "Synthesized")
        #expect(ExtendedErrorCode(rawValue: 999).description == "EDE999")
    }

    @Test func otherCodes() {
        #expect(Opcode.notify.description == "NOTIFY" && Opcode(rawValue: 9).description == "OPCODE9")
        #expect(EDNSOptionCode.padding.description == "PADDING" && EDNSOptionCode(rawValue: 65).description == "OPT65")
        #expect(ServiceParameterKey("key7") == .dohPath && ServiceParameterKey.dohPath.description == "dohpath")
        #expect(ServiceParameterKey("key") == nil && ServiceParameterKey("h2") == nil)
    }
}
