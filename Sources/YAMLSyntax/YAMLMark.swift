/// A place in the text, counted as libyaml counts: from 0, columns in Unicode scalars, a byte order mark left out.
package struct YAMLMark: Hashable, Sendable, Comparable {
    package var line: Int
    package var column: Int
    /// Which of several texts it is a place of, as their reader counts them.
    package var file: Int

    package init(line: Int, column: Int, file: Int = 0) {
        self.line = line
        self.column = column
        self.file = file
    }

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}
