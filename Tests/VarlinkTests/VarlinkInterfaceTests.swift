import TestSupport
import Testing
import Varlink

@Suite struct VarlinkInterfaceTests {
    @Test(arguments: [VarlinkInterface.resolver, .policy])
    func theDaemonGivesOutTheDocumentedInterface(interface: VarlinkInterface) {
        let documented = TextFile.text(of: "\(Repository.root)/docs/varlink/\(interface.name).varlink")
        #expect(!documented.isEmpty)
        #expect(interface.definition == documented)
    }

    @Test(arguments: [VarlinkInterface.service, .resolver, .policy])
    func aDefinitionDefinesTheInterfaceOfItsName(interface: VarlinkInterface) {
        let lines = interface.definition.split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("interface ") } == ["interface \(interface.name)"])
        #expect(lines.allSatisfy { $0.utf8.count <= 120 })
    }
}
