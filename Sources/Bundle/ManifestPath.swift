/// Where something stands in a manifest: `resolver.upstreams[0]`. Spelled out only for a message, because a manifest
/// has a thousand places and rarely one that is wrong.
indirect enum ManifestPath {
    case written(String)
    case member(String, of: ManifestPath)
    case element(Int, of: ManifestPath)
}

extension ManifestPath: CustomStringConvertible {
    var description: String {
        switch self {
        case .written(let text): return text
        case .member(let name, let parent):
            return [parent.description, name].filter { !$0.isEmpty }.joined(separator: ".")
        case .element(let index, let parent): return "\(parent)[\(index)]"
        }
    }
}

extension ManifestPath: ExpressibleByStringInterpolation {
    init(stringLiteral text: String) { self = .written(text) }
}
