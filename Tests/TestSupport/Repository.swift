internal import Glibc

/// Where things are: the package's sources, its release programs, and the corpora that may lie beside it.
package enum Repository {
    /// The root of the package.
    package static let root: String = {
        let components = #filePath.split(separator: "/").dropLast(3)
        return "/" + components.joined(separator: "/")
    }()

    /// The directory of the programs under test: ENIGM_PROGRAMS, or what `make build` leaves.
    package static let programs = environment("ENIGM_PROGRAMS") ?? "\(root)/.build/release"

    package static func program(_ name: String) -> String { "\(programs)/\(name)" }

    package static func hasProgram(_ name: String) -> Bool { access(program(name), X_OK) == 0 }

    /// The corpora of DNS packets and scenarios: ENIGM_CORPORA, or `../shared/corpora`; nil where there are none.
    package static let corpora: String? = {
        let directory = environment("ENIGM_CORPORA") ?? "\(root)/../shared/corpora"
        return TextFile.isDirectory("\(directory)/rpl") ? directory : nil
    }()

    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Whether PATH, with the system's own directories, holds a tool.
    package static func hasTool(_ name: String) -> Bool {
        let directories = (environment("PATH") ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return directories.contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}
