/// What came of reading a text: its tree, and what is wrong with it.
package struct YAMLReading: Sendable, Equatable {
    /// A profile of 200 rules has about 20 KiB.
    package static let maximumBytes = 1 << 20
    /// libyaml's time is quadratic in the depth of flow collections; no profile is deeper than eight.
    package static let maximumDepth = 64
    package static let maximumNodes = 100_000
    /// Of problems after which reading goes on; further ones are left out.
    package static let maximumProblems = 1_000

    /// Nil when the text cannot be read at all: then there is exactly one problem.
    package let root: YAMLNode?
    /// In the order in which they were found.
    package let problems: [YAMLProblem]

    /// All marks will be places of `file`.
    package init(_ bytes: [UInt8], file: Int = 0) {
        do throws(YAMLProblem) {
            let text = try TextInspection.accept(bytes, file: file)
            var builder = TreeBuilder()
            try builder.read(YAMLParser(text, file: file))
            guard let root = builder.root else {
                throw YAMLProblem(
                    .empty, "the file has no content", at: .first(of: file),
                    help: "a profile starts with its `schema` key")
            }
            self.root = root
            problems = builder.problems
        } catch {
            root = nil
            problems = [error]
        }
    }
}

extension YAMLProblem: Error {}

extension Range<YAMLMark> {
    /// The first place of a text.
    package static func first(of file: Int) -> Range<YAMLMark> {
        let start = YAMLMark(line: 0, column: 0, file: file)
        return start..<start
    }
}
