internal import CanonicalJSON

/// `enigm.resolver-stats/1`: the reply of `Stats` in the words of the command line, where keys are in kebab case.
enum StatsDocument {
    static func json(_ report: JSONObject) -> JSONValue {
        var document = KebabCase.keys(of: report)
        document["schema"] = "enigm.resolver-stats/1"
        let histograms = (document["histograms"]?.array ?? []).compactMap(\.object).map { histogram in
            var histogram = histogram
            histogram["name"] = histogram["name"]?.string.map { .string(KebabCase.text($0)) }
            return JSONValue.object(histogram)
        }
        document["histograms"] = .array(histograms)
        return .object(document)
    }
}
