import Bundle
import NetworkTypes
import Ruleset
import Testing

/// Sets too large for the manifest: their elements are in a section.
@Suite struct ElementSectionTests {
    private static let limit = EnforcementSettings.maximumListedElements

    /// Prefixes /30, a gap behind each.
    private static func intervals(_ count: Int) -> [SetElement] {
        (0..<UInt32(count)).map { SetElement(FieldValue($0 * 8), through: FieldValue($0 * 8 + 3)) }
    }

    private static func manifest(_ sets: [NamedSet]) -> BundleManifest {
        var manifest = Sample.bareManifest
        manifest.enforcement = EnforcementSettings(
            template: RulesetTemplate(table: Table(.inet, "enigm", sets: sets), symbolicSets: []), paths: [],
            subjects: [], views: [ViewPort(name: "default", port: 5300)], guardedPorts: [])
        return manifest
    }

    private static func writer(_ count: Int) -> BundleWriter {
        BundleWriter(
            manifest([NamedSet("list", key: [.ipv4Address], flags: .interval, elements: intervals(count))]))
    }

    @Test func largeSetsAreReadBack() throws {
        let addresses = (0..<2000).map { SetElement(FieldValue(UInt128($0) << 64, byteCount: 16)) }
        let manifest = Self.manifest([
            NamedSet("small", key: [.ipv4Address], elements: [SetElement(FieldValue(UInt32(7)))]),
            NamedSet("list4", key: [.ipv4Address], flags: .interval, elements: Self.intervals(Self.limit + 1)),
            NamedSet("list6", key: [.ipv6Address], elements: addresses),
        ])
        let writer = BundleWriter(manifest)
        let read = try Bundle.read(writer.encoded()).manifest
        #expect(read.enforcement == manifest.enforcement)
        #expect(read.sections.map(\.name) == ["elements"])
        #expect(read.sections[0].length == (Self.limit + 1) * 8 + 2000 * 16)
        #expect(writer.manifestByteCount < 2000)
        #expect(manifest.byteCountBound(sectionCount: 0) >= writer.manifestByteCount)
    }

    @Test func asManyAsAreListedNeedNoSection() throws {
        let writer = Self.writer(Self.limit)
        #expect(writer.manifest.sections.isEmpty)
        #expect(try Bundle.read(writer.encoded()).manifest == writer.manifest)
    }

    @Test func theResolverDoesNotLookInside() throws {
        let bytes = Self.writer(Self.limit + 1).encoded()
        #expect(try Bundle.read(bytes, .nameResolution).manifest.enforcement == nil)
    }

    @Test(arguments: [
        (limit + 2, limit + 1, "sections", "have elements of no set"),
        (limit + 1, limit + 2, "enforcement.table.sets[0].elements", "has more elements than there are"),
        (limit + 1, limit, "enforcement.table.sets[0].elements", "is no integer from 1025 to 1048576"),
    ])
    func countsMustFitTheSection(written: Int, said: Int, key: String, problem: String) {
        let bytes = Sample.bundle(Self.writer(written), saying: "\"elements\":\(said)", for: "\"elements\":\(written)")
        #expect(throws: BundleError.manifestInvalid(key: key, problem: problem)) { try Bundle.read(bytes) }
    }

    @Test(arguments: [0, 5, 1023]) func elementsComeInOrder(index: Int) {
        var elements = Self.intervals(Self.limit + 1)
        elements.swapAt(index, index + 1)
        let set = NamedSet("list", key: [.ipv4Address], flags: .interval, elements: elements)
        #expect(throws: Self.disorder) { try Bundle.read(BundleWriter(Self.manifest([set])).encoded()) }
    }

    @Test func elementsDoNotOverlap() {
        var elements = Self.intervals(Self.limit + 1)
        elements[9].first.upper = elements[10].lower
        let set = NamedSet("list", key: [.ipv4Address], flags: .interval, elements: elements)
        #expect(throws: Self.disorder) { try Bundle.read(BundleWriter(Self.manifest([set])).encoded()) }
    }

    @Test func aChangedElementIsSeen() {
        var bytes = Self.writer(Self.limit + 1).encoded()
        bytes[bytes.count - 1] ^= 1
        #expect(throws: BundleError.sectionDamaged("elements")) { try Bundle.read(bytes) }
    }

    private static let disorder = BundleError.manifestInvalid(
        key: "enforcement.table.sets[0].elements", problem: "has elements that overlap or are out of order")
}
