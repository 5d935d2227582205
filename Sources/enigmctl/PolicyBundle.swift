internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO

/// A bundle as the enforcer is told of it: where it is, and which one is meant.
struct PolicyBundle {
    let parameters: JSONObject

    init(path: String) throws(Failure) {
        do {
            let absolute = try FileContents.absolutePath(path)
            let bundle = try Bundle.read(try FileContents.read(absolute, limitBytes: Bundle.maximumBytes))
            parameters = ["bundle": .string(absolute), "digest": .string(bundle.digest.hexadecimal)]
        } catch let error as BundleError {
            throw .environment("bundle `\(path)` refused: \(error)")
        } catch {
            throw .environment("cannot read the bundle: \(error)")
        }
    }
}

extension ControlClient {
    static func policy(_ global: GlobalOptions) -> ControlClient {
        ControlClient(interface: "io.enigm.policy", runtimeDirectory: global.runtimeDirectory, daemon: "enigm-policyd")
    }
}
