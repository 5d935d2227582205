internal import CanonicalJSON

/// What the enforcer knows beyond its life, beside which bundle is in force: what the numbers in flows' marks mean.
struct PolicyMemory: Equatable {
    var epoch = EpochCounter()
    var paths = PathPins()
    var views = ViewPins()

    init() {}

    /// Empty for a first run; nil when `json` is damaged.
    init?(json: JSONObject) {
        guard !json.isEmpty else { return }
        guard let epoch = EpochCounter(json: json), let paths = PathPins(json: json["paths"]),
            let views = ViewPins(json: json["views"])
        else { return nil }
        self.epoch = epoch
        self.paths = paths
        self.views = views
    }

    var json: JSONObject {
        var object = epoch.json
        object["paths"] = paths.json
        object["views"] = views.json
        return object
    }
}
