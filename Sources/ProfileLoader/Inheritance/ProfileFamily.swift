internal import ProfileModel
internal import YAMLSyntax

/// A profile and all that it extends, read as trees and merged.
struct ProfileFamily {
    /// Of profiles that extend one another in a line: more is a slip, or nobody's to follow.
    static let maximumGenerations = 8
    /// The profile itself included.
    static let maximumFiles = 16
    /// Of all files together: reading them stays a matter of a moment.
    static let maximumBytes = 2 << 20

    /// One file with what it inherits.
    struct Member {
        /// Nil when it cannot be read at all.
        let tree: YAMLNode?
        /// Those it extends, by where they stand in `members`.
        let parents: [Int]
        /// Whether all that it extends could be read.
        let isComplete: Bool
    }

    /// Every profile after those that it extends; the last is the one that was asked for.
    fileprivate(set) var members: [Member] = []
    /// By the numbers of files; the profile itself is the first.
    fileprivate(set) var sources: [SourceFile] = []
    /// Where relative names in a file start, by the numbers of files: empty, or with a `/` at its end.
    fileprivate(set) var directories: [String] = []
    /// Relative to the profile, without the profile itself.
    fileprivate(set) var inheritedFiles: [String] = []

    init(_ bytes: [UInt8], fileName: String, files: some ProfileFiles, _ reading: inout ProfileReading) {
        var reader = FamilyReader(files: files, fileName: fileName)
        reader.read(bytes, &reading)
        self = reader.family
    }

    fileprivate init() {}
}

/// Follows `extends` from file to file.
private struct FamilyReader<Files: ProfileFiles> {
    let files: Files
    let fileName: String
    private(set) var family = ProfileFamily()
    private var byteCount = 0
    /// Which member was made of a file; a file that is reached by two ways is read once.
    private var known: [String: Int] = [:]
    /// The files from the profile to the one that is being read.
    private var trail: [String] = []

    init(files: Files, fileName: String) {
        self.files = files
        self.fileName = fileName
    }

    mutating func read(_ bytes: [UInt8], _ reading: inout ProfileReading) {
        let directory = RelativePath.directory(of: fileName)
        _ = read(bytes, path: RelativePath.normalized(String(fileName.dropFirst(directory.count))), &reading)
    }

    /// Answers which member it became.
    private mutating func read(_ bytes: [UInt8], path: String, _ reading: inout ProfileReading) -> Int {
        let file = family.sources.count
        let isAbsolute = path.hasPrefix("/")
        let name = file == 0 ? fileName : (isAbsolute ? path : RelativePath.directory(of: fileName) + path)
        family.sources.append(SourceFile(name: name, bytes: bytes))
        family.directories.append(RelativePath.directory(of: path))
        if file > 0 { family.inheritedFiles.append(path) }
        byteCount += bytes.count
        let yaml = YAMLReading(bytes, file: file)
        for problem in yaml.problems { reading.report(problem.diagnostic) }
        trail.append(path)
        let (names, isReadable) = yaml.root?.extended ?? ([], true)
        let parents = names.map { parent($0, of: file, &reading) }
        trail.removeLast()
        let trees = parents.compactMap { $0.flatMap { family.members[$0].tree } }
        let isComplete =
            isReadable && trees.count == parents.count && trees.allSatisfy(\.isMapping)
            && parents.compactMap(\.self).allSatisfy {
                family.members[$0].isComplete
            }
        family.members.append(
            .init(
                tree: yaml.root.map { merged(trees + [$0]) }, parents: parents.compactMap(\.self),
                isComplete: isComplete))
        known[path] = family.members.count - 1
        return family.members.count - 1
    }

    /// Each over those before it; there is at least one.
    private func merged(_ trees: [YAMLNode]) -> YAMLNode {
        trees.dropFirst().reduce(trees[0]) { TreeMerge.merge($0, $1, ProfileGrammar.shape) }
    }

    /// Nil when it cannot be read, which has been reported.
    private mutating func parent(_ name: Located<String>, of file: Int, _ reading: inout ProfileReading) -> Int? {
        let path = RelativePath.normalized(RelativePath.joined(family.directories[file], name.value))
        if let start = trail.firstIndex(of: path) {
            let circle = (trail[start...] + [path]).map { "`\($0)`" }.joined(separator: " extends ")
            reading.report(
                .extendsCycle, "this leads back to where it started: \(circle)", at: name.range,
                help: "remove one of them from its `extends`")
            return nil
        }
        if let member = known[path] { return member }
        guard let bytes = contents(path, name, &reading) else { return nil }
        return read(bytes, path: path, &reading)
    }

    private mutating func contents(
        _ path: String, _ name: Located<String>, _ reading: inout ProfileReading
    ) -> [UInt8]? {
        guard trail.count < ProfileFamily.maximumGenerations, family.sources.count < ProfileFamily.maximumFiles,
            byteCount < ProfileFamily.maximumBytes
        else {
            reading.report(
                .extendsTooMuch, "`\(name.value)` is one too many to extend", at: name.range,
                help: "at most \(ProfileFamily.maximumGenerations) profiles in a line, "
                    + "\(ProfileFamily.maximumFiles) files and \(ProfileFamily.maximumBytes >> 20) MiB in all")
            return nil
        }
        do throws(UnreadableFile) {
            return try files.contents(of: path, limitBytes: YAMLReading.maximumBytes)
        } catch {
            reading.report(
                .unreadableParent, "the profile `\(name.value)` cannot be read: \(error.reason)", at: name.range,
                help: "names under `extends` are relative to the file that they stand in")
            return nil
        }
    }
}

extension YAMLNode {
    fileprivate var isMapping: Bool {
        if case .mapping = content { true } else { false }
    }

    /// The entries of a profile's `extends` that are names, and whether all are; what else stands there is for the
    /// grammar to refuse.
    fileprivate var extended: (names: [Located<String>], isReadable: Bool) {
        guard case .mapping(let entries) = content,
            let list = entries.first(where: { $0.key.text == ProfileGrammar.extends.name })
        else { return ([], true) }
        guard case .sequence(let nodes) = list.value.content else { return ([], false) }
        let names = nodes.compactMap { node -> Located<String>? in
            guard case .scalar(let scalar) = node.content, !scalar.text.isEmpty,
                !Place(node: node, key: Located(list.key.text, .start)).isNothing
            else { return nil }
            return Located(scalar.text, SourceRange(node.range))
        }
        return (names, names.count == nodes.count)
    }
}
