/// Names that are asked for one after the other, as numbers.
struct RequestTrace {
    let name: String
    let requests: [UInt64]

    /// From here on numbers are asked for once: by scanners, by mail servers, by malware that makes names up.
    private static let strangers: UInt64 = 1 << 32
    /// How many requests a trace has for each place of the cache.
    private static let requestsPerPlace = 200
    /// How many names there are for each place of the cache.
    private static let namesPerPlace = 10

    /// The traces that eviction rules are compared on, for caches of `capacity` answers.
    static func all(capacity: Int) -> [RequestTrace] {
        [0.8, 0.9, 1.0, 1.2].map { zipf($0, capacity) } + [
            mixed("zipf 1.0 + 20 %", capacity, strangersPerMille: 200, burst: 0),
            mixed("zipf 1.0 + 50 %", capacity, strangersPerMille: 500, burst: 0),
            mixed("zipf 1.0 + scans", capacity, strangersPerMille: 0, burst: 2 * capacity),
            mixed("zipf 1.0 + both", capacity, strangersPerMille: 200, burst: 2 * capacity),
            drifting(capacity),
        ]
    }

    /// The n-th name is asked for as often as the first, divided by n to the power of `exponent`.
    private static func zipf(_ exponent: Double, _ capacity: Int) -> RequestTrace {
        var random = SplitMix(seed: 1)
        let zipf = ZipfLaw(names: namesPerPlace * capacity, exponent: exponent)
        return RequestTrace(
            name: "zipf \(exponent)",
            requests: (0..<requestsPerPlace * capacity).map { _ in UInt64(zipf.draw(&random)) })
    }

    /// Some requests, and a burst of `burst` after each ten rounds of the cache, are for names asked for once.
    private static func mixed(
        _ name: String, _ capacity: Int, strangersPerMille: UInt64, burst: Int
    ) -> RequestTrace {
        var random = SplitMix(seed: 2)
        let zipf = ZipfLaw(names: namesPerPlace * capacity, exponent: 1)
        var requests: [UInt64] = []
        var stranger = strangers
        let count = requestsPerPlace * capacity
        while requests.count < count {
            for _ in 0..<10 * capacity {
                let isStranger = random.next() % 1000 < strangersPerMille
                if isStranger { stranger += 1 }
                requests.append(isStranger ? stranger : UInt64(zipf.draw(&random)))
            }
            for _ in 0..<burst {
                stranger += 1
                requests.append(stranger)
            }
        }
        return RequestTrace(name: name, requests: requests)
    }

    /// What is popular changes: every two rounds of the cache other names are.
    private static func drifting(_ capacity: Int) -> RequestTrace {
        var random = SplitMix(seed: 3)
        let names = namesPerPlace * capacity
        let zipf = ZipfLaw(names: names, exponent: 1)
        return RequestTrace(
            name: "drifting",
            requests: (0..<requestsPerPlace * capacity).map { request in
                UInt64((zipf.draw(&random) + request / (2 * capacity) * 37) % names)
            })
    }
}

/// Draws ranks by Zipf's law.
struct ZipfLaw {
    private let sums: [Double]

    init(names: Int, exponent: Double) {
        var sum = 0.0
        sums = (1...names).map { rank in
            sum += ZipfLaw.power(Double(rank), -exponent)
            return sum
        }
    }

    func draw(_ random: inout SplitMix) -> Int {
        let share = Double(random.next() >> 11) / Double(1 << 53) * sums[sums.count - 1]
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] < share { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// `base` to the power of `exponent`, by square roots: the C library, with its `pow`, is not imported here.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        var rest = exponent < 0 ? -exponent : exponent
        var result = 1.0
        while rest >= 1 {
            result *= base
            rest -= 1
        }
        var root = base
        for _ in 0..<40 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                result *= root
                rest -= 1
            }
        }
        return exponent < 0 ? 1 / result : result
    }
}

/// SplitMix64 (Steele, Lea, Flood): the same numbers for the same seed everywhere.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
