internal import CLinux

/// The two ends of a pipe.
package struct Pipe: ~Copyable {
    package let readEnd: Descriptor
    package let writeEnd: Descriptor

    package init() throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        // The kernel writes two numbers.
        try check(unsafe enigm_pipe(&ends), "pipe")
        readEnd = Descriptor(owning: ends[0])
        writeEnd = Descriptor(owning: ends[1])
    }

    /// Keeps the reading end and closes the other.
    package consuming func takeReadEnd() -> Descriptor { readEnd }

    /// Keeps the writing end and closes the other.
    package consuming func takeWriteEnd() -> Descriptor { writeEnd }
}
