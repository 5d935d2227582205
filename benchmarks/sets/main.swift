import LinuxIO
import NetfilterBackend
import NetworkTypes
import Ruleset

// How long the kernel and we take for a set of many addresses: `enigm-setbench ipv4|ipv6 COUNT`, in a network namespace
// of its own (benchmarks/large-sets makes one). Prints milliseconds and the peak of resident memory in KiB.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let count = arguments.last.flatMap({ Int($0) }), count > 0,
    let type: FieldType = ["ipv4": .ipv4Address, "ipv6": .ipv6Address][arguments.first ?? ""]
else {
    StandardStreams.writeError("usage: enigm-setbench ipv4|ipv6 COUNT\n")
    ExitCode.wrongUsage.exit()
}

/// Different addresses, spread over the whole range: an odd factor permutes 32-bit numbers.
var bytes: [UInt8] = []
bytes.reserveCapacity(count * type.byteCount)
for number in 0..<UInt32(count) {
    let spread = number &* 0x9E37_79B1
    if type == .ipv6Address { bytes += [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0] }
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: spread >> shift)) }
}

do {
    let connection = try NetfilterConnection()
    let set = NamedSet("addresses", key: [type], size: UInt32(count))
    let table = Table(.inet, "enigm_bench", sets: [set])
    let list = PackedElements(type, bytes)
    let start = MonotonicClock.now
    var batch = NetfilterBatch()
    batch.replace(table, packed: [set.name: list])
    try connection.commit(batch)
    let nanoseconds = MonotonicClock.now.nanoseconds(since: start)
    StandardStreams.writeOutput("\(nanoseconds / 1_000_000) \(ProcessMemory.peakKiB)\n")
} catch {
    StandardStreams.writeError("enigm-setbench: \(error)\n")
    ExitCode.environmentFailed.exit()
}
