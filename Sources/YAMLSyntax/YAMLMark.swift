/// A place in the text, counted as libyaml counts: from 0, columns in Unicode scalars, a byte order mark left out.
package struct YAMLMark: Hashable, Sendable, Comparable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static let start = YAMLMark(line: 0, column: 0)

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
