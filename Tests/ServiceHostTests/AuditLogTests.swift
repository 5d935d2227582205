import CanonicalJSON
import ServiceHost
import TestSupport
import Testing

@Suite struct AuditLogTests {
    let scratch = ScratchDirectory()

    private var bytes: [UInt8] { Array(TextFile.text(of: scratch.path(AuditLog.fileName)).utf8) }

    private func write(_ count: Int) throws {
        var log = try AuditLog(stateDirectory: scratch.path)
        for number in 0..<count { try log.record(.applied, ["number": .integer(Int64(number))]) }
    }

    @Test func everyLineNamesTheOneBeforeIt() throws {
        try write(3)
        try write(2)
        let chain = AuditChain(bytes)
        #expect(chain.isWhole)
        #expect(chain.lines.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(chain.lines[0].previous == AuditRecord.beginning)
        #expect(zip(chain.lines, chain.lines.dropFirst()).allSatisfy { $0.digest == $1.previous })
    }

    @Test func aLogTornAtAnyByteIsSealedAndWhole() throws {
        try write(3)
        let whole = bytes
        let lastLine = whole.dropLast().lastIndex(of: 10)! + 1
        for length in lastLine..<whole.count {
            scratch.write(Array(whole.prefix(length)), to: AuditLog.fileName)
            // A crash may also hit the daemon that seals.
            try write(0)
            try write(1)
            let chain = AuditChain(bytes)
            #expect(chain.isWhole, "torn at \(length): \(chain.problems)")
            #expect(chain.unsealed == nil)
            let isTorn = length > lastLine && length < whole.count - 1
            #expect(chain.sealedTornLines == (isTorn ? 1 : 0), "torn at \(length)")
        }
    }

    @Test(arguments: ["change", "remove", "swap", "insert"])
    func whatWasTamperedWithIsFound(how: String) throws {
        try write(4)
        var lines = TextFile.text(of: scratch.path(AuditLog.fileName)).split(separator: "\n").map(String.init)
        switch how {
        case "change":
            let number = try #require(lines[1].range(of: "\"number\":1"))
            lines[1].replaceSubrange(number, with: "\"number\":7")
        case "remove": lines.remove(at: 1)
        case "swap": lines.swapAt(1, 2)
        default: lines.insert("nothing", at: 1)
        }
        #expect(!AuditChain(Array(lines.joined(separator: "\n").utf8)).isWhole)
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
