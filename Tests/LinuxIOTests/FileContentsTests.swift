import Glibc
import LinuxIO
import Testing

@Suite struct FileContentsTests {
    @Test func replacesAndReadsBack() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        let path = "\(directory)/state"
        for content in [[], [1, 2, 3], [UInt8](repeating: 4, count: 100_000)] as [[UInt8]] {
            try FileContents.replace(path, with: content)
            #expect(try FileContents.read(path, limitBytes: 100_000) == content)
        }
        #expect(Directory.entries(directory) == ["state"])
    }

    @Test func refusesWhatIsTooLarge() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        let path = "\(directory)/state"
        try FileContents.replace(path, with: [1, 2, 3])
        #expect(throws: FileContents.ReadError.tooLarge(path: path, limitBytes: 2)) {
            try FileContents.read(path, limitBytes: 2)
        }
    }

    @Test func refusesWhatIsNoFile() throws {
        #expect(throws: FileContents.ReadError.notARegularFile(path: "/dev/zero")) {
            try FileContents.read("/dev/zero", limitBytes: 2)
        }
        do {
            _ = try FileContents.read("/nonexistent/file", limitBytes: 2)
            Issue.record("read")
        } catch {
            #expect("\(error)" == "open `/nonexistent/file`: no such file or directory")
        }
    }

    @Test func createsDirectoriesWithTheirParents() throws {
        let directory = try Directory.createTemporary(prefix: "linux-io")
        defer { try? Directory.removeTree(directory) }
        try Directory.create("\(directory)/a/b", mode: 0o700)
        try Directory.create("\(directory)/a/b", mode: 0o700)
        #expect(Directory.isDirectory("\(directory)/a/b"))
        try FileContents.replace("\(directory)/file", with: [])
        do {
            try Directory.create("\(directory)/file", mode: 0o700)
            Issue.record("created")
        } catch {
            #expect(error.errno == ENOTDIR)
        }
    }
}
