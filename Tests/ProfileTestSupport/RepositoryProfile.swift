package import ProfileLoader
internal import ProfileModel
internal import TestSupport

/// A profile of this repository, shipped or golden, with the files beside it.
package struct RepositoryProfile: CustomStringConvertible, Sendable {
    /// From the root of the repository.
    package let name: String

    package init(_ name: String) { self.name = name }

    package static let shipped =
        TextFile.names(in: "\(Repository.root)/policy-profiles").filter { $0.hasSuffix(".yaml") }
        .map { RepositoryProfile("policy-profiles/\($0)") }

    package static let golden =
        TextFile.names(in: "\(Repository.root)/Tests/Golden")
        .map { RepositoryProfile("Tests/Golden/\($0)/profile.yaml") }

    package var description: String { name }

    package var path: String { "\(Repository.root)/\(name)" }

    package var bytes: [UInt8] { TextFile.bytes(of: path) }

    package var files: NeighbouringFiles { NeighbouringFiles(of: path) }

    package func load() -> LoadResult { load(bytes) }

    /// Another text in the place of this one.
    package func load(_ text: [UInt8]) -> LoadResult { ProfileLoader.load(text, fileName: name, files: files) }
}
