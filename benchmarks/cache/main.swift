import LinuxIO
import NetworkTypes

// What the cache is worth and what it costs: `enigm-cachebench eviction CAPACITY` compares what eviction rules answer;
// `enigm-cachebench fill COUNT` fills a cache with that many answers and prints, for each, the bytes by which this
// process grew, and the longest that a single question took; `enigm-cachebench handover COUNT` takes such a cache over
// into another one, as a restart does.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let number = arguments.last.flatMap({ Int($0) }), number > 0 else {
    StandardStreams.writeError("usage: enigm-cachebench eviction CAPACITY | fill COUNT | handover COUNT\n")
    ExitCode.wrongUsage.exit()
}
switch arguments.first {
case "eviction": StandardStreams.writeOutput(EvictionTable(capacity: number).text())
case "fill": StandardStreams.writeOutput(FillReport(count: number).text())
case "handover": StandardStreams.writeOutput(HandoverReport(count: number).text())
default:
    StandardStreams.writeError(
        "enigm-cachebench: `\(arguments.first ?? "")` is neither `eviction`, `fill` nor `handover`\n")
    ExitCode.wrongUsage.exit()
}
