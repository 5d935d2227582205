import TestSupport

/// A file of the package that people wrote.
struct SourceFile {
    /// Relative to the root of the package.
    let path: String
    let text: String

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }
    var code: SourceText { SourceText(text) }

    /// Every source file under a directory of the package, in the order of their paths.
    static func all(under directory: String) -> [SourceFile] {
        var found: [SourceFile] = []
        for name in TextFile.names(in: "\(Repository.root)/\(directory)") where !name.hasPrefix(".") {
            let path = "\(directory)/\(name)"
            if TextFile.isDirectory("\(Repository.root)/\(path)") {
                found += all(under: path)
            } else if [".swift", ".c", ".h"].contains(where: name.hasSuffix) {
                found.append(SourceFile(path: path, text: TextFile.text(of: "\(Repository.root)/\(path)")))
            }
        }
        return found
    }

    /// The directory of a target that is no test.
    static func directory(ofTarget name: String) -> String {
        name == "enigm-bench" ? "benchmarks/micro" : "Sources/\(name)"
    }

    static func swift(ofTarget name: String) -> [SourceFile] {
        all(under: directory(ofTarget: name)).filter(\.isSwift)
    }
}
