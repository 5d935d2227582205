/// How long and how often is measured.
struct Plan: Sendable {
    let repetitions: Int
    let startRepetitions: Int
    /// Of a server, of the reference beside it, and of one query at a time.
    let saturatedMilliseconds: Int
    let referenceMilliseconds: Int
    let singleMilliseconds: Int
    /// While system calls are counted, which slows them down: no time is taken of it.
    let countingMilliseconds: Int
    /// How many names are asked for to fill a cache.
    let cachedNames: [Int]
    /// Filling it takes long, and the figures hardly differ.
    let memoryRepetitions: Int

    static let full = Plan(
        repetitions: 3, startRepetitions: 9, saturatedMilliseconds: 2_000, referenceMilliseconds: 1_000,
        singleMilliseconds: 1_000, countingMilliseconds: 300, cachedNames: [100_000, 1_000_000], memoryRepetitions: 3)

    /// To see that everything works, and roughly where it stands.
    static let quick = Plan(
        repetitions: 1, startRepetitions: 3, saturatedMilliseconds: 500, referenceMilliseconds: 500,
        singleMilliseconds: 300, countingMilliseconds: 100, cachedNames: [100_000], memoryRepetitions: 1)

    /// Queries that are outstanding at a saturated server, and while a cache is filled.
    static let saturatedOutstanding = 200
    static let fillingOutstanding = 64
}
