import LinuxIO
import NetfilterBackend
import NetworkTypes
import Ruleset

// How long the kernel and we take for a set of many addresses or prefixes: `enigm-setbench KIND COUNT`, in a network
// namespace of its own (benchmarks/large-sets makes one). Prints milliseconds and the peak of resident memory in KiB;
// for `additions`, which adds addresses one by one as the name gate does, the 50th and 99th percentile of nanoseconds.

/// What a set is filled with.
enum Kind: String {
    case ipv4
    case ipv6
    case prefixes4 = "ipv4-prefixes"
    case prefixes6 = "ipv6-prefixes"
    case additions

    var type: FieldType { self == .ipv6 || self == .prefixes6 ? .ipv6Address : .ipv4Address }

    var isIntervals: Bool { self == .prefixes4 || self == .prefixes6 }
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 2, let count = arguments.last.flatMap({ UInt32($0) }), count > 0,
    let kind = Kind(rawValue: arguments.first ?? "")
else {
    StandardStreams.writeError(
        "usage: enigm-setbench ipv4|ipv6|ipv4-prefixes|ipv6-prefixes|additions COUNT\n")
    ExitCode.wrongUsage.exit()
}

/// Different addresses, spread over the whole range: an odd factor permutes 32-bit numbers.
func address(_ number: UInt32) -> [UInt8] { wide(number &* 0x9E37_79B1) }

/// Prefixes in order, a gap behind each, spread over the whole range.
func prefix(_ number: UInt32) -> [UInt8] {
    let step = UInt32.max / count
    let size = (UInt32(1) << UInt32(31 - step.leadingZeroBitCount)) / 2
    let first = number * step / size * size
    return wide(first) + wide(first + size / 2 - 1)
}

func wide(_ number: UInt32) -> [UInt8] {
    let low = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    return kind.type == .ipv6Address ? [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0] + low : low
}

func list() -> PackedElements {
    var elements = PackedElements(kind.type, isIntervals: kind.isIntervals)
    for number in 0..<count { elements.append((kind.isIntervals ? prefix(number) : address(number))[...]) }
    return elements
}

func fill() throws {
    let connection = try NetfilterConnection()
    let set = NamedSet(
        "addresses", key: [kind.type], flags: kind.isIntervals ? [.interval] : [],
        size: kind.isIntervals ? nil : count)
    let table = Table(.inet, "enigm_bench", sets: [set])
    let packed = [set.name: list()]
    let start = MonotonicClock.now
    var batch = NetfilterBatch()
    batch.replace(table, packed: consume packed)
    try connection.commit(batch)
    let nanoseconds = MonotonicClock.now.nanoseconds(since: start)
    StandardStreams.writeOutput("\(nanoseconds / 1_000_000) \(ProcessMemory.peakKiB)\n")
}

func addOneByOne() throws {
    let connection = try NetfilterConnection()
    let set = NamedSet("addresses", key: [.ipv4Address], flags: [.timeout], size: count)
    let table = Table(.inet, "enigm_bench", sets: [set])
    var batch = NetfilterBatch()
    batch.replace(table)
    try connection.commit(batch)
    var durations: [UInt64] = []
    for number in 0..<count {
        let element = SetElement(FieldValue(bytes: address(number)))
        let start = MonotonicClock.now
        var batch = NetfilterBatch()
        batch.add(element, to: set, of: table, milliseconds: 600_000)
        try connection.commit(batch)
        durations.append(UInt64(MonotonicClock.now.nanoseconds(since: start)))
    }
    durations.sort()
    StandardStreams.writeOutput("\(durations[durations.count / 2]) \(durations[durations.count * 99 / 100])\n")
}

do {
    if kind == .additions { try addOneByOne() } else { try fill() }
} catch {
    StandardStreams.writeError("enigm-setbench: \(error)\n")
    ExitCode.environmentFailed.exit()
}
