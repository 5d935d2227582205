import TestSupport
import Testing

/// `enigm-lab up` in a namespace of its own, answering.
struct Lab {
    let namespace: LoopbackNamespace

    init(command: [String] = [Repository.program("enigm-lab"), "up"]) throws {
        // What `make test` tells its own children is not meant for a `make` that is tested.
        namespace = LoopbackNamespace(command, environment: ["MAKEFLAGS": "", "MAKELEVEL": "0"])
        let (namespace, process) = (namespace, namespace.process)
        let isUp = Moment.wait(.seconds(60)) {
            process.poll() != nil || process.standardOutput.contains("www.lab.example")
        }
        let answers = Moment.wait(.seconds(10)) {
            let dig = ["dig", "@127.0.0.1", "-p", "5300", "+tries=1", "+time=1", "+short", "www.lab.example", "A"]
            return process.poll() != nil || namespace.run(dig).output.contains("198.51.100.10")
        }
        try #require(
            isUp && answers && process.poll() == nil,
            "the lab does not come up: \(process.standardError)\(process.standardOutput)")
    }

    /// The records of the answer, sorted.
    func dig(_ name: String, _ type: String, _ options: String...) -> [String] {
        namespace.run(words(name, type, options) + ["+short"]).outputLines.sorted()
    }

    func digText(_ name: String, _ type: String, _ options: String...) -> String {
        namespace.run(words(name, type, options)).output
    }

    /// The lab's process and every one that it started.
    var processes: [String] {
        let own = TextFile.names(in: "/proc").filter { name in
            let fields = TextFile.text(of: "/proc/\(name)/stat").split(separator: ")").last?.split(separator: " ")
            guard let fields, fields.count > 2 else { return false }
            return fields[2] == "\(namespace.process.identifier)"
        }
        return own
    }

    private func words(_ name: String, _ type: String, _ options: [String]) -> [String] {
        let server = options.contains { $0.hasPrefix("@") } ? [] : ["@127.0.0.1"]
        return ["dig"] + server + options + ["-p", "5300", "+tries=1", name, type]
    }
}
