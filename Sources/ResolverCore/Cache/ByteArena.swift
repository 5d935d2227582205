internal import ByteCodec

/// Storage for many short runs of bytes in one array: units of fixed size, chained. No run is allocated by itself,
/// none leaves a hole that another cannot use, and the storage is touched, and so resident, only as far as it was
/// ever filled.
struct ByteArena: ~Copyable {
    /// A run in the arena: where its first unit is. The holder knows how long it is.
    struct Run: Equatable {
        fileprivate(set) var first: UInt32

        static let none = Run(first: .max)
    }

    /// Most answers have less than 60 bytes behind their header, so that they take one unit: a cache line.
    static let unitSize = 64
    /// The first bytes of a unit name the one after it.
    private static let linkSize = 4
    static let payloadSize = unitSize - linkSize
    /// Links have 32 bits.
    static let maximumUnits = Int(UInt32.max) - 1

    /// How many units the arena may have.
    let capacity: Int
    private var storage: [UInt8] = []
    private var firstFree = Run.none.first
    private(set) var usedUnits = 0

    /// An arena of at most `byteCount` bytes. They are reserved at once, which costs address space only.
    init(byteCount: Int) {
        capacity = min(max(1, byteCount / ByteArena.unitSize), ByteArena.maximumUnits)
        storage.reserveCapacity(capacity * ByteArena.unitSize)
    }

    /// How many units `byteCount` bytes take; a run of no bytes takes one.
    static func units(for byteCount: Int) -> Int { max(1, (byteCount + payloadSize - 1) / payloadSize) }

    /// Whether a run of `byteCount` bytes could be stored now.
    func hasRoom(for byteCount: Int) -> Bool { ByteArena.units(for: byteCount) <= capacity - usedUnits }

    /// How many bytes of memory have been touched.
    var touchedBytes: Int { storage.count }

    /// Stores a copy of `bytes`; there must be room.
    mutating func store(_ bytes: Span<UInt8>) -> Run {
        precondition(hasRoom(for: bytes.count), "the arena is full")
        let first = takeUnit()
        var unit = first
        var offset = 0
        while true {
            let end = min(offset + ByteArena.payloadSize, bytes.count)
            let next = end < bytes.count ? takeUnit() : Run.none.first
            write(bytes.extracting(offset..<end), to: unit, next: next)
            guard end < bytes.count else { return Run(first: first) }
            offset = end
            unit = next
        }
    }

    /// Copies the first `byteCount` bytes of a run to `destination`, from `start` on. Where there is room it writes a
    /// whole unit, and so what nobody asked for behind the last byte: a length that is known is copied in a few steps.
    func copy(_ run: Run, _ byteCount: Int, to destination: inout MutableSpan<UInt8>, at start: Int) {
        var next = run.first
        var offset = 0
        while offset < byteCount {
            let base = Int(next) * ByteArena.unitSize
            let unit = storage.span.extracting(base..<base &+ ByteArena.unitSize)
            next = unit.bigEndianUInt32(at: 0)
            let payload = unit.extracting(ByteArena.linkSize..<ByteArena.unitSize)
            if destination.count - start - offset >= ByteArena.payloadSize {
                destination.copy(payload, to: start + offset)
            } else {
                destination.copy(payload.extracting(0..<byteCount - offset), to: start + offset)
            }
            offset += ByteArena.payloadSize
        }
    }

    /// Gives a run of `byteCount` bytes back.
    mutating func release(_ run: Run, _ byteCount: Int) {
        var unit = run.first
        for _ in 0..<ByteArena.units(for: byteCount) {
            let next = link(of: unit)
            setLink(of: unit, to: firstFree)
            firstFree = unit
            unit = next
            usedUnits -= 1
        }
    }

    /// Forgets every run.
    mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        firstFree = Run.none.first
        usedUnits = 0
    }
}

extension ByteArena {
    private mutating func takeUnit() -> UInt32 {
        usedUnits += 1
        if firstFree != Run.none.first {
            defer { firstFree = link(of: firstFree) }
            return firstFree
        }
        defer { storage.append(contentsOf: repeatElement(0, count: ByteArena.unitSize)) }
        return UInt32(storage.count / ByteArena.unitSize)
    }

    private mutating func write(_ bytes: Span<UInt8>, to unit: UInt32, next: UInt32) {
        let base = Int(unit) * ByteArena.unitSize
        var storage = storage.mutableSpan
        storage.setBigEndian(next, at: base)
        storage.copy(bytes, to: base + ByteArena.linkSize)
    }

    /// The unit after this one, in its run or among the free ones.
    @inline(__always)
    func link(of unit: UInt32) -> UInt32 {
        storage.span.bigEndianUInt32(at: Int(unit) * ByteArena.unitSize)
    }

    /// Reads the first and the last bytes of a unit: they may be in two lines of the processor's cache.
    func touch(_ unit: UInt32) -> UInt32 {
        let base = Int(unit) * ByteArena.unitSize
        return link(of: unit) ^ storage.span.bigEndianUInt32(at: base + ByteArena.payloadSize)
    }

    private mutating func setLink(of unit: UInt32, to next: UInt32) {
        var storage = storage.mutableSpan
        storage.setBigEndian(next, at: Int(unit) * ByteArena.unitSize)
    }
}
