import LinuxIO
import NetworkTypes

// What the cache is worth and what it costs: `enigm-cachebench eviction CAPACITY` compares what eviction rules answer;
// `enigm-cachebench fill COUNT` fills a cache with that many answers and prints, for each, the bytes by which this
// process grew, and the longest that a single question took.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let number = arguments.last.flatMap({ Int($0) }), number > 0 else {
    StandardStreams.writeError("usage: enigm-cachebench eviction CAPACITY | fill COUNT\n")
    ExitCode.wrongUsage.exit()
}
switch arguments.first {
case "eviction": StandardStreams.writeOutput(EvictionTable(capacity: number).text())
case "fill": StandardStreams.writeOutput(FillReport(count: number).text())
default:
    StandardStreams.writeError("enigm-cachebench: `\(arguments.first ?? "")` is neither `eviction` nor `fill`\n")
    ExitCode.wrongUsage.exit()
}
