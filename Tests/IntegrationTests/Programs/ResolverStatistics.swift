import Foundation

/// What `enigmctl resolver stats --json` prints, as far as these tests look at it.
struct ResolverStatistics: Decodable {
    struct Upstream: Decodable {
        let name: String
        let asked: Int
        let answered: Int
        let failed: Int
        let lastFailure: String?

        private enum CodingKeys: String, CodingKey {
            case name, asked, answered, failed
            case lastFailure = "last-failure"
        }
    }

    let bundleDigest: String
    let counters: [String: Int]
    let upstreams: [Upstream]

    init(json: String) throws {
        self = try JSONDecoder().decode(ResolverStatistics.self, from: Data(json.utf8))
    }

    private enum CodingKeys: String, CodingKey {
        case bundleDigest = "bundle-digest"
        case counters, upstreams
    }
}
