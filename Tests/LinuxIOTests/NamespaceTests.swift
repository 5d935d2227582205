import Glibc
import LinuxIO
import NetworkTypes
import Testing

@Suite(.enabled(if: geteuid() == 0, "needs root to make a network namespace"))
struct NamespaceTests {
    @Test func aFreshNetworkHasNoWayOut() throws {
        let namespace = try NamespaceHandle.newNetwork()
        let somewhere = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 9)
        let isUnreachable = try namespace.run {
            do throws(SystemError) {
                _ = try StreamSocket(connectingTo: somewhere)
                return false
            } catch {
                return error.isUnreachable
            }
        }
        #expect(isUnreachable, "its loopback device is down")
    }

    @Test func aProgramIsStartedInIt() throws {
        let namespace = try NamespaceHandle.newNetwork()
        let output = try Pipe()
        var request = ChildProcess.Request("/bin/readlink", ["/proc/self/ns/net", namespace.path])
        request.networkNamespace = namespace
        request.output = .descriptor(output.writeEnd.rawValue)
        var child = try ChildProcess(request)
        #expect(child.wait() == .code(0))
        let names = text(output.takeReadEnd()).split(separator: "\n")
        #expect(names.count == 2 && names[0] == names[1], "where it is, and where the handle leads")
        #expect(SymbolicLink.target(of: "/proc/self/ns/net") != names.first.map(String.init))
    }

    @Test func itsPathOpensItAgain() throws {
        let namespace = try NamespaceHandle.newNetwork()
        let again = try NamespaceHandle(namespace.path)
        #expect(SymbolicLink.target(of: again.path) == SymbolicLink.target(of: namespace.path))
    }

    @Test func theMachinesRootIsKnownAndCanBeLeftForAnother() throws {
        #expect(UserNamespace.knows(user: 0) && UserNamespace.knows(group: 0))
        let output = try Pipe()
        var request = ChildProcess.Request("/usr/bin/id", ["-u"])
        request.identity = (65_534, 65_534)
        request.output = .descriptor(output.writeEnd.rawValue)
        var child = try ChildProcess(request)
        #expect(child.wait() == .code(0))
        #expect(text(output.takeReadEnd()) == "65534\n")
    }

    private func text(_ end: consuming Descriptor) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            var room = buffer.mutableSpan
            guard case .moved(let count) = end.read(into: &room) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            bytes += buffer[..<count]
        }
    }
}
