import TestSupport

/// A file of the package that people wrote.
struct SourceFile {
    /// Relative to the root of the package.
    let path: String
    let lineCount: Int
    /// What is code in it; empty for C.
    let code: SourceText

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isTest: Bool { path.hasPrefix("Tests/") }

    /// Programs that lie elsewhere than other targets.
    static let benchmarks = [
        "enigm-bench": "benchmarks/micro", "enigm-cachebench": "benchmarks/cache",
        "enigm-macrobench": "benchmarks/macro", "enigm-setbench": "benchmarks/sets",
    ]

    /// Every source file of the package, in the order of the paths.
    static let all = ["Sources", "Tests", "benchmarks"].flatMap(files)

    /// The Swift files of a target that is no test.
    static func swift(ofTarget name: String) -> [SourceFile] {
        let directory = benchmarks[name] ?? "Sources/\(name)"
        return all.filter { $0.isSwift && $0.path.hasPrefix("\(directory)/") }
    }

    static func swift(ofTest name: String) -> [SourceFile] {
        all.filter { $0.isSwift && $0.path.hasPrefix("Tests/\(name)/") }
    }

    private init(path: String) {
        self.path = path
        let text = TextFile.text(of: "\(Repository.root)/\(path)")
        lineCount = text.utf8.count { $0 == UInt8(ascii: "\n") }
        code = SourceText(path.hasSuffix(".swift") ? text : "")
    }

    private static func files(under directory: String) -> [SourceFile] {
        TextFile.names(in: "\(Repository.root)/\(directory)").filter { !$0.hasPrefix(".") }.flatMap { name in
            let path = "\(directory)/\(name)"
            if TextFile.isDirectory("\(Repository.root)/\(path)") { return files(under: path) }
            return [".swift", ".c", ".h"].contains(where: name.hasSuffix) ? [SourceFile(path: path)] : []
        }
    }
}
