/// A place in the text, counted as libyaml counts: from 0, columns in Unicode scalars, a byte order mark left out.
package struct YAMLMark: Hashable, Sendable, Comparable {
    // Every node has two of these, and no text has that many lines.
    @usableFromInline var lineNumber: UInt32
    @usableFromInline var columnNumber: UInt32
    @usableFromInline var fileNumber: UInt32

    /// `file` says which of several texts it is a place of, as their reader counts them.
    package init(line: Int, column: Int, file: Int = 0) {
        lineNumber = UInt32(clamping: line)
        columnNumber = UInt32(clamping: column)
        fileNumber = UInt32(clamping: file)
    }

    @inlinable package var line: Int { Int(lineNumber) }

    @inlinable package var column: Int {
        get { Int(columnNumber) }
        set { columnNumber = UInt32(clamping: newValue) }
    }

    @inlinable package var file: Int { Int(fileNumber) }

    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.fileNumber, left.lineNumber, left.columnNumber) < (right.fileNumber, right.lineNumber, right.columnNumber)
    }
}
