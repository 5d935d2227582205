internal import CLinux

/// Which processors a thread runs on.
package enum ProcessorAffinity {
    /// More than a machine has that anybody would run this on.
    private static let maximumProcessors = 1024

    /// The numbers of the processors that the calling thread may run on, ascending.
    package static func allowed() throws(SystemError) -> [Int] {
        var numbers = [CInt](repeating: 0, count: maximumProcessors)
        // The seam writes at most that many numbers to an array that lives through the call.
        let count = try check(
            unsafe enigm_allowed_processors(&numbers, CInt(maximumProcessors)), "read the processors to run on")
        return numbers.prefix(Int(count)).map(Int.init)
    }

    /// Keeps the calling thread, and every process and thread that it starts from now on, on these processors.
    package static func restrict(to processors: [Int]) throws(SystemError) {
        // The seam reads that many numbers.
        try check(
            unsafe enigm_run_on_processors(processors.map(CInt.init), CInt(processors.count)),
            "run on the processors \(processors)")
    }
}
