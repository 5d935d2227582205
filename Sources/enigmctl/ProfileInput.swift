internal import Bundle
internal import LinuxIO
internal import PolicyCompiler
internal import ProfileLoader
internal import ProfileModel

/// A profile that was named on the command line, read from its file and taken as far as it goes.
struct ProfileInput {
    /// Far above what the loader accepts, so that it is the loader that says what is too large, and where.
    static let maximumBytes = 64 << 20

    /// The profile itself, then those that it extends.
    let sources: [SourceFile]
    /// All of them, in the order of the text.
    let diagnostics: [Diagnostic]
    /// Nil when it cannot be read as a profile.
    let profile: Profile?
    /// Nil when any diagnostic is an error.
    let product: CompileResult.Product?

    init(path: String, through stage: CompileStage) throws(Failure) {
        let files = NeighbouringFiles(of: path)
        let loaded = ProfileLoader.load(try ProfileInput.read(path), fileName: path, files: files)
        let compiled = loaded.profile.map { PolicyCompiler.compile($0, files: files, through: stage, now: .now) }
        sources = loaded.sources
        profile = loaded.profile
        diagnostics = (loaded.diagnostics + (compiled?.diagnostics ?? [])).sortedByPosition()
        product = compiled?.product
    }

    var bundle: BundleWriter? { product?.bundle }

    /// Nil when any diagnostic is an error. `names`: those that packets will be sent to beside those of the tests.
    func simulation(names: [DomainName] = []) -> ProfileSimulation? {
        guard let profile, let product else { return nil }
        return ProfileSimulation(profile, product, names: names)
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8] {
        do {
            return try FileContents.read(path, limitBytes: maximumBytes)
        } catch {
            throw .environment("cannot read the profile `\(path)`: \(error.reason)")
        }
    }
}

/// The files beside a profile: what it names is relative to it.
private struct NeighbouringFiles: ProfileFiles {
    private let directory: String

    init(of path: String) {
        directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    func contents(of path: String, limitBytes: Int) throws(UnreadableFile) -> [UInt8] {
        do {
            return try FileContents.read(path.hasPrefix("/") ? path : directory + path, limitBytes: limitBytes)
        } catch {
            throw UnreadableFile(reason: error.reason)
        }
    }
}

extension FileContents.ReadError {
    /// The reason without the path, which the message around it has.
    var reason: String {
        switch self {
        case .system(let error): error.reason
        case .tooLarge(_, let limit): "it is larger than \(limit >> 10) KiB"
        case .notARegularFile: "it is not a regular file"
        }
    }
}
