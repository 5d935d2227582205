internal import CanonicalJSON
internal import Ruleset

// The check of physical wires as JSON, both ways: rules like those of the table, which know less.

extension WireTemplate {
    func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.key("devices")
            writer.array { writer in for device in namedDevices { writer.write(device) } }
            writer.key("rules")
            writer.array { writer in for rule in rules { rule.write(to: &writer) } }
        }
    }

    init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let devices = try object.list("devices", counting: 0...WireTemplate.maximumNamedDevices, of: "device") {
            (1...WireTemplate.maximumDeviceNameBytes).contains($0.utf8.count) ? $0 : nil
        }
        guard Set(devices).count == devices.count else { throw object.invalid("devices", "has a device twice") }
        let rules = try object.map("rules", counting: 0...WireTemplate.maximumRules) {
            (json, path) throws(BundleError) in
            let rule = try ChainRule(json: json, at: path)
            guard rule.statements.allSatisfy(\.isForWires) else {
                throw .manifestInvalid(key: path.description, problem: "is no rule for a wire")
            }
            return rule
        }
        try object.finish()
        self.init(namedDevices: devices, rules: rules)
    }
}

extension Statement {
    /// What a kernel takes in a chain of one device: headers and the packet mark, no sets with names, no flows, no
    /// sockets, and neither chains nor routes to go to.
    fileprivate var isForWires: Bool {
        switch self {
        case .match(let match):
            switch match.operation {
            case .inSet, .notInSet: false
            default: match.field.isOnWires && match.others.allSatisfy(\.isOnWires)
            }
        case .setMark(let change): change.destination == .packet && change.source == .packet
        case .verdict(.accept), .verdict(.drop), .counter, .limit: true
        default: false
        }
    }
}

extension Field {
    fileprivate var isOnWires: Bool {
        switch self {
        case .payload, .meta(.mark), .meta(.protocol), .meta(.l4proto), .meta(.rtclassid): true
        default: false
        }
    }
}
