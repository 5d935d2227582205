internal import CanonicalJSON
internal import Cryptography
internal import NetworkTypes

// The manifest from JSON: the inverse of ManifestEncoding.swift. Every limit of the settings is checked here, so
// that what a daemon holds is within them by construction.

extension BundleManifest {
    /// Its sections, which lie behind it and are read before the rest of it is.
    static func sections(json: JSONValue) throws(BundleError) -> [BundleSection] {
        var object = try ManifestObject(json, at: "")
        return try BundleSection.list(from: &object)
    }

    /// `sections` are those of ``sections(json:)``; `elements` is the content of the section of that name.
    init(
        json: JSONValue, sections: [BundleSection], elements: ArraySlice<UInt8>, _ scope: ManifestScope
    ) throws(BundleError) {
        var object = try ManifestObject(json, at: "")
        guard try object.text("schema") == BundleManifest.schema else {
            throw object.invalid("schema", "is not `\(BundleManifest.schema)`")
        }
        let profile = try ProfileIdentity(json: object.value("profile"))
        let defaultVerdict = try DefaultVerdict(json: object.value("default"))
        let resolver = try ResolverSettings(json: object.value("resolver"))
        var enforcement: EnforcementSettings?
        if let value = object.optional("enforcement"), scope == .whole {
            var elements = ElementSection(elements)
            enforcement = try EnforcementSettings(json: value, elements: &elements)
            try elements.finish()
        }
        _ = object.optional("sections")
        for upstream in resolver.upstreams {
            guard let name = upstream.certificateAuthority, !sections.contains(where: { $0.name == name }) else {
                continue
            }
            throw object.invalid("resolver.upstreams.\(upstream.name).ca", "names no section")
        }
        if let name = resolver.publicSuffixes, !sections.contains(where: { $0.name == name }) {
            throw object.invalid("resolver.public-suffixes", "names no section")
        }
        try object.finish()
        self.init(
            profile: profile, defaultVerdict: defaultVerdict, resolver: resolver, enforcement: enforcement,
            sections: sections)
    }
}

extension ProfileIdentity {
    init(json: JSONValue) throws(BundleError) {
        var object = try ManifestObject(json, at: "profile")
        let name = try object.text("name")
        let version = try object.integer("version", in: 0...Int(ProfileIdentity.maximumVersion))
        let description = try object.text("description")
        guard description.utf8.count <= ProfileIdentity.maximumDescriptionBytes else {
            throw object.invalid("description", "is too long")
        }
        try object.finish()
        self.init(name: name, version: UInt64(version), description: description)
    }
}

extension DefaultVerdict {
    init(json: JSONValue) throws(BundleError) {
        var object = try ManifestObject(json, at: "default")
        if let path = try object.optionalText("via") {
            self = .via(path: path)
        } else {
            guard try object.value("block").bool == true else { throw object.invalid("block", "is not true") }
            self = .block
        }
        try object.finish()
    }
}

extension BundleSection {
    /// The names differ; that the places are right is seen only with the file.
    static func list(from manifest: inout ManifestObject) throws(BundleError) -> [BundleSection] {
        var sections: [BundleSection] = []
        let elements = try manifest.list("sections", counting: 0...Bundle.maximumSections)
        for (index, element) in elements.enumerated() {
            let section = try BundleSection(json: element, at: "sections[\(index)]")
            guard !sections.contains(where: { $0.name == section.name }) else {
                throw manifest.invalid("sections[\(index)].name", "is there twice")
            }
            sections.append(section)
        }
        return sections
    }

    private init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.text("name")
        guard (1...BundleSection.maximumNameBytes).contains(name.utf8.count) else {
            throw object.invalid("name", "has not 1 to \(BundleSection.maximumNameBytes) bytes")
        }
        let offset = try object.integer("offset", in: 0...Bundle.maximumBytes)
        let length = try object.integer("length", in: 1...Bundle.maximumBytes)
        guard let digest = SHA256Digest(hexadecimal: try object.text("sha256")) else {
            throw object.invalid("sha256", "is no digest")
        }
        try object.finish()
        self.init(name: name, offset: offset, length: length, digest: digest)
    }
}

extension ResolverSettings {
    init(json: JSONValue) throws(BundleError) {
        var object = try ManifestObject(json, at: "resolver")
        let listeners = try object.list("listen", counting: 1...ResolverSettings.maximumListeners, of: "endpoint") {
            Endpoint($0)
        }
        let user = try object.optionalText("user")
        var upstreams: [UpstreamSettings] = []
        let elements = try object.list("upstreams", counting: 1...ResolverSettings.maximumUpstreams)
        for (index, element) in elements.enumerated() {
            let upstream = try UpstreamSettings(json: element, at: "resolver.upstreams[\(index)]")
            guard !upstreams.contains(where: { $0.name == upstream.name }) else {
                throw object.invalid("upstreams[\(index)].name", "is there twice")
            }
            upstreams.append(upstream)
        }
        let views = try ViewSettings.list(from: &object, upstreams: upstreams)
        let blocked = try BlockedNames.list(from: &object, views: views)
        let hosts = try HostSettings.list(from: &object)
        let selection = try object.choice("selection", UpstreamSelection.self)
        let suffixes = try object.optionalText("public-suffixes")
        guard (suffixes != nil) == (selection == .sharded) else {
            throw object.invalid("public-suffixes", "is not where the selection is `sharded`, and there alone")
        }
        let cache = try CacheSettings(json: object.value("cache"))
        let padding = try object.integer("padding", in: 0...ResolverSettings.maximumPaddingBlock)
        let rebinding = try object.choice("rebinding", RebindingPolicy.self)
        try object.finish()
        self.init(
            listeners: listeners, user: user, upstreams: upstreams, views: views, blocked: blocked, hosts: hosts,
            selection: selection, publicSuffixes: suffixes, cache: cache, paddingBlock: padding, rebinding: rebinding)
    }
}

extension ViewSettings {
    /// That of everybody comes first, names and ports differ, and all that they ask is there.
    static func list(
        from resolver: inout ManifestObject, upstreams: [UpstreamSettings]
    ) throws(BundleError) -> [ViewSettings] {
        let known = Set(upstreams.map(\.name))
        var views: [ViewSettings] = []
        for (index, element) in try resolver.list("views", counting: 1...ViewSettings.maximumCount).enumerated() {
            let view = try ViewSettings(json: element, at: "resolver.views[\(index)]")
            guard (view.name == ViewSettings.everybody) == (index == 0),
                !views.contains(where: { $0.name == view.name || $0.port == view.port })
            else { throw resolver.invalid("views[\(index)]", "has not a name and a port of its own") }
            guard known.isSuperset(of: view.upstreams) else {
                throw resolver.invalid("views[\(index)].upstreams", "name no upstream")
            }
            views.append(view)
        }
        return views
    }

    private init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.text("name")
        let port = try object.integer("port", in: 1...Int(UInt16.max))
        let upstreams = try object.list("upstreams", counting: 1...ResolverSettings.maximumUpstreams, of: "name") { $0 }
        var names: [String]?
        if object.has("names") { names = try object.patterns("names") }
        var devices: [String] = []
        if object.has("devices") {
            devices = try object.list("devices", counting: 1...ViewSettings.maximumDevices, of: "device") { $0 }
        }
        try object.finish()
        self.init(name: name, port: UInt16(port), upstreams: upstreams, names: names, devices: devices)
    }
}

extension BlockedNames {
    static func list(
        from resolver: inout ManifestObject, views: [ViewSettings]
    ) throws(BundleError) -> [BlockedNames] {
        guard resolver.has("blocked") else { return [] }
        return try resolver.map("blocked", counting: 1...BlockedNames.maximumCount) {
            (json, path) throws(BundleError) in
            var object = try ManifestObject(json, at: path)
            let rule = try object.text("rule")
            let view = try object.optionalText("view")
            guard view.map({ name in views.contains { $0.name == name } }) ?? true else {
                throw object.invalid("view", "is no view")
            }
            let names = try object.patterns("names")
            try object.finish()
            return BlockedNames(rule: rule, view: view, names: names)
        }
    }
}

extension HostSettings {
    static func list(from resolver: inout ManifestObject) throws(BundleError) -> [HostSettings] {
        guard resolver.has("hosts") else { return [] }
        return try resolver.map("hosts", counting: 1...HostSettings.maximumCount) {
            (json, path) throws(BundleError) in
            var object = try ManifestObject(json, at: path)
            let name = try object.text("name")
            guard (1...UpstreamSettings.maximumServerNameBytes).contains(name.utf8.count) else {
                throw object.invalid("name", "is no host name")
            }
            let addresses = try object.list("addresses", counting: 1...HostSettings.maximumAddresses, of: "address") {
                IPAddress($0)
            }
            try object.finish()
            return HostSettings(name: name, addresses: addresses)
        }
    }
}

extension ManifestObject {
    fileprivate mutating func patterns(_ key: String) throws(BundleError) -> [String] {
        try list(key, counting: 0...ViewSettings.maximumNames, of: "name") {
            $0.utf8.count <= ViewSettings.maximumPatternBytes ? $0 : nil
        }
    }
}

extension CacheSettings {
    init(json: JSONValue) throws(BundleError) {
        var object = try ManifestObject(json, at: "resolver.cache")
        let entries = try object.integer("entries", in: 0...CacheSettings.maximumEntries)
        let maximum = try object.integer("max-ttl", in: 0...Int(CacheSettings.maximumTTLSeconds))
        let minimum = try object.integer("min-ttl", in: 0...maximum)
        let stale = try object.integer("stale", in: 0...Int(CacheSettings.maximumStaleSeconds))
        let prefetch = try object.truth("prefetch")
        try object.finish()
        self.init(
            entries: entries, minimumTTL: UInt32(minimum), maximumTTL: UInt32(maximum), stale: UInt32(stale),
            prefetch: prefetch)
    }
}

extension UpstreamSettings {
    init(json: JSONValue, at path: ManifestPath) throws(BundleError) {
        var object = try ManifestObject(json, at: path)
        let name = try object.text("name")
        let key = object.has("https") ? "https" : "tls"
        let serverName = try object.text(key)
        guard (1...UpstreamSettings.maximumServerNameBytes).contains(serverName.utf8.count) else {
            throw object.invalid(key, "is no host name")
        }
        let service: Service = key == "tls" ? .tls : .https(path: try UpstreamSettings.path(of: &object))
        let addresses = try object.list("addresses", counting: 1...UpstreamSettings.maximumAddresses, of: "address") {
            IPAddress($0)
        }
        let port = try object.integer("port", in: 1...Int(UInt16.max))
        let pins = try object.list("pins", counting: 0...UpstreamSettings.maximumPins, of: "digest") {
            SHA256Digest(hexadecimal: $0)
        }
        let certificateAuthority = try object.optionalText("ca")
        var zones: [String] = []
        if object.has("zones") {
            zones = try object.list("zones", counting: 1...UpstreamSettings.maximumZones, of: "name") {
                $0.utf8.count <= UpstreamSettings.maximumServerNameBytes ? $0 : nil
            }
        }
        let egress = try Egress(from: &object)
        try object.finish()
        self.init(
            name: name, serverName: serverName, service: service, addresses: addresses, port: UInt16(port), pins: pins,
            certificateAuthority: certificateAuthority, zones: zones, egress: egress)
    }

    private static func path(of object: inout ManifestObject) throws(BundleError) -> String {
        let path = try object.text("path")
        let isVisible = path.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard path.hasPrefix("/"), isVisible, path.utf8.count <= maximumPathBytes else {
            throw object.invalid("path", "is no path")
        }
        return path
    }
}

extension UpstreamSettings.Egress {
    /// At most one of its keys is there.
    init(from upstream: inout ManifestObject) throws(BundleError) {
        self = .routed
        if let device = try upstream.optionalText("device") {
            guard (1...UpstreamSettings.maximumDeviceBytes).contains(device.utf8.count) else {
                throw upstream.invalid("device", "is no interface")
            }
            self = .device(device)
        }
        for kind in UpstreamSettings.Proxy.Kind.allCases {
            guard let text = try upstream.optionalText(kind.rawValue) else { continue }
            guard self == .routed, let endpoint = Endpoint(text), endpoint.address.isLoopback, endpoint.port > 0 else {
                throw upstream.invalid(kind.rawValue, "is no proxy of this machine")
            }
            self = .proxy(UpstreamSettings.Proxy(kind, at: endpoint))
        }
    }
}
