import TestSupport
import Testing
import Varlink

@Suite struct VarlinkInterfaceTests {
    @Test func theDaemonGivesOutTheDocumentedInterface() {
        let documented = TextFile.text(of: "\(Repository.root)/docs/varlink/io.enigm.resolver.varlink")
        #expect(!documented.isEmpty)
        #expect(VarlinkInterface.resolver.definition == documented)
    }

    @Test(arguments: [VarlinkInterface.service, .resolver])
    func aDefinitionDefinesTheInterfaceOfItsName(interface: VarlinkInterface) {
        let lines = interface.definition.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("interface ") } == ["interface \(interface.name)"])
        #expect(lines.allSatisfy { $0.utf8.count <= 120 })
    }
}
