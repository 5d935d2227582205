import CanonicalJSON
import Glibc
import ServiceHost
import TestSupport
import Testing

@Suite struct AuditLogTests {
    let scratch = ScratchDirectory()

    private var bytes: [UInt8] { Array(TextFile.text(of: scratch.path(AuditFiles.currentName)).utf8) }

    private func chain(_ bytes: [UInt8]) -> AuditChain {
        AuditChain([AuditChain.File(name: AuditFiles.currentName, bytes: bytes)])
    }

    private func write(_ count: Int) throws {
        var log = try AuditLog(stateDirectory: scratch.path)
        for number in 0..<count { try log.record(.applied, ["number": .integer(Int64(number))]) }
    }

    @Test func everyLineNamesTheOneBeforeIt() throws {
        try write(3)
        try write(2)
        let chain = chain(bytes)
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
            scratch.write(Array(whole.prefix(length)), to: AuditFiles.currentName)
            // A crash may also hit the daemon that seals.
            try write(0)
            try write(1)
            let chain = chain(bytes)
            #expect(chain.isWhole, "torn at \(length): \(chain.problems)")
            #expect(chain.unsealed == nil)
            let isTorn = length > lastLine && length < whole.count - 1
            #expect(chain.sealedTornLines == (isTorn ? 1 : 0), "torn at \(length)")
        }
    }

    @Test(arguments: ["change", "remove", "remove the first", "swap", "insert"])
    func whatWasTamperedWithIsFound(how: String) throws {
        try write(4)
        var lines = TextFile.text(of: scratch.path(AuditFiles.currentName)).split(separator: "\n").map(String.init)
        switch how {
        case "change":
            let number = try #require(lines[1].range(of: "\"number\":1"))
            lines[1].replaceSubrange(number, with: "\"number\":7")
        case "remove the first": lines.removeFirst()
        case "remove": lines.remove(at: 1)
        case "swap": lines.swapAt(1, 2)
        default: lines.insert("nothing", at: 1)
        }
        #expect(!chain(Array(lines.joined(separator: "\n").utf8)).isWhole)
    }
}

/// A log of several files.
@Suite struct AuditFilesTests {
    let scratch = ScratchDirectory()

    /// A file is full after some four records of this size.
    private func write(_ count: Int, fileLimit: Int = 100) throws {
        for number in 0..<count {
            // A daemon that begins anew goes on where the last one was.
            var log = try AuditLog(
                stateDirectory: scratch.path, fileLimitBytes: AuditRecord.maximumLineBytes + 1200, fileLimit: fileLimit)
            #expect(log.problems.isEmpty, "\(log.problems)")
            try log.record(.applied, ["number": .integer(Int64(number))])
        }
    }

    private var files: [AuditChain.File] {
        get throws { try AuditFiles(stateDirectory: scratch.path).all() }
    }

    @Test func theChainGoesOnInTheNextFile() throws {
        try write(20)
        let files = try files
        #expect(files.count >= 3)
        #expect(files.map(\.name).last == "audit.log" && files[0].name == "audit-00000001.log")
        let chain = AuditChain(files)
        #expect(chain.isWhole, "\(chain.problems)")
        #expect(chain.lines.map(\.sequence) == Array(1...20))
    }

    @Test func aFileThatIsMissingOrChangedIsFound() throws {
        try write(20)
        let files = try files
        #expect(!AuditChain(Array(files.dropFirst())).isWhole)
        #expect(!AuditChain([files[0]] + files.dropFirst(2)).isWhole)
        #expect(!AuditChain([files[1], files[0]] + files.dropFirst(2)).isWhole)
    }

    /// Between putting a file aside and making the next one.
    @Test func aCrashAtTheEndOfAFileLosesNothing() throws {
        try write(6)
        let last = try #require(try files.last)
        #expect(rename(scratch.path(last.name), scratch.path("audit-00000009.log")) == 0)
        try write(1)
        let chain = AuditChain(try files)
        #expect(chain.isWhole && chain.lines.count == 7, "\(chain.problems)")
    }

    @Test func theOldestFilesAreGivenUpAndARecordSaysSo() throws {
        try write(60, fileLimit: 3)
        let files = try files
        #expect(files.count == 4)
        let chain = AuditChain(files)
        #expect(chain.isWhole, "\(chain.problems)")
        #expect(chain.lines[0].sequence > 1)
        // Given up once more, by somebody who does not say so.
        #expect(!AuditChain(Array(files.dropFirst())).isWhole)
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { firstRange(of: text) }
}
