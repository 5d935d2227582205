import Foundation
import TestSupport

/// Package.swift as SwiftPM understands it.
struct Manifest: Decodable {
    struct Target: Decodable {
        let name: String
        let type: String
        let path: String?
        let dependencies: [Dependency]
        let settings: [Setting]

        var packageDependencies: [String] { dependencies.compactMap(\.target) }
        var products: [String] { dependencies.compactMap(\.product) }
        var isProgram: Bool { type == "executable" }
        var isTest: Bool { type == "test" || path?.hasPrefix("Tests/") == true }
    }

    struct Dependency: Decodable {
        let byName: [String?]?
        let product: String?
        let target: String?

        private enum Keys: CodingKey { case byName, product, target }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            byName = nil
            product = try Dependency.name(container, .product)
            target = try Dependency.name(container, .byName) ?? Dependency.name(container, .target)
        }

        /// A dependency is an array that begins with its name.
        private static func name(_ container: KeyedDecodingContainer<Keys>, _ key: Keys) throws -> String? {
            guard container.contains(key) else { return nil }
            var list = try container.nestedUnkeyedContainer(forKey: key)
            return try list.decode(String.self)
        }
    }

    /// The name of a build setting, such as `strictMemorySafety`.
    struct Setting: Decodable {
        let kind: [String: JSONIgnored]
        var name: String { kind.keys.first ?? "" }
    }

    struct JSONIgnored: Decodable {
        init(from decoder: any Decoder) {}
    }

    let targets: [Target]

    static func ofThisPackage() throws -> Manifest {
        let scratch = ScratchDirectory()
        let dump = CommandResult.run(
            "swift", ["package", "--package-path", Repository.root, "--scratch-path", scratch.path, "dump-package"])
        return try JSONDecoder().decode(Manifest.self, from: Data(dump.output.utf8))
    }
}
