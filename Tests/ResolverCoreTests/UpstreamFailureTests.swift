import ResolverCore
import Testing

@Suite struct UpstreamFailureTests {
    @Test func `every cause has its own identifier`() {
        let identifiers = Set(UpstreamFailure.allCases.map(\.identifier))
        #expect(identifiers.count == UpstreamFailure.allCases.count)
        #expect(identifiers.allSatisfy { $0.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) } })
    }
}
