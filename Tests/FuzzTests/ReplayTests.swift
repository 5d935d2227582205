import TestSupport
import Testing

/// What fuzzers start from and what they have found: all of it holds.
@Suite struct ReplayTests {
    @Test(arguments: FuzzTarget.all.map(\.name))
    func everySeedHolds(_ name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let seeds = inputs("Seeds/\(name)")
        #expect(!seeds.isEmpty, "a fuzzer without seeds finds its way late")
        replay(seeds, target)
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func whatWasFoundStaysMended(_ name: String) throws {
        replay(inputs("Regressions/\(name)"), try #require(FuzzTarget.named(name)))
    }

    /// Every directory belongs to a target: a name misspelled would replay nothing.
    @Test func everyDirectoryBelongsToATarget() {
        let names = Set(FuzzTarget.all.map(\.name))
        for directory in ["Seeds", "Regressions"] {
            #expect(Set(TextFile.names(in: "\(Self.directory)/\(directory)")).isSubset(of: names), "\(directory)")
        }
    }

    private static let directory = "\(Repository.root)/Tests/FuzzTests"
    /// Of one input; fuzzers report slower ones, too.
    private static let limit = Duration.seconds(1)

    private func inputs(_ directory: String) -> [(name: String, bytes: [UInt8])] {
        let path = "\(Self.directory)/\(directory)"
        return TextFile.names(in: path).map { ($0, TextFile.bytes(of: "\(path)/\($0)")) }
    }

    private func replay(_ inputs: [(name: String, bytes: [UInt8])], _ target: FuzzTarget) {
        for (name, bytes) in inputs {
            let time = ProcessorTime.measure {
                #expect(throws: Never.self, "\(target.name)/\(name)") { try target.run(bytes) }
            }
            #expect(time < Self.limit, "\(target.name)/\(name) takes \(time)")
        }
    }
}
