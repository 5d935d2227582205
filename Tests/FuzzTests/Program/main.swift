import CFuzzer
import Glibc

// `enigm-fuzz TARGET [libFuzzer's options] [corpus directories]`; Tests/fuzz calls it.

guard CommandLine.arguments.count > 1, let chosen = FuzzTarget.named(CommandLine.arguments[1]) else {
    print("usage: enigm-fuzz TARGET [OPTION ...]\ntargets: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    exit(2)
}

// libFuzzer wants a function without a context; there is one target in a process.
let target = chosen
// Its arguments are this program's without the target's name.
var count = CommandLine.argc - 1
var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
words?[0] = CommandLine.unsafeArgv[0]
exit(
    LLVMFuzzerRunDriver(&count, &words) { bytes, count in
        do {
            try target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        } catch {
            fatalError("\(error)")
        }
        return 0
    })
