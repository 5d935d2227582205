import LinuxIO

/// One kind of work that servers are measured at.
protocol Workload {
    var name: String { get }

    /// Measures those of `servers` that can do it.
    func run(_ measuring: Measuring, _ servers: [Server]) throws -> Findings
}

/// A table, and pictures of some of its columns by the name of their file.
struct Findings {
    var table: Table
    var charts: [(name: String, chart: BarChart)] = []
}

extension Workload {
    /// Does `body` for each server. One that fails is left out with its reason, and the others go on.
    func forEach(_ servers: [Server], _ table: inout Table, _ body: (Server, inout Table) throws -> Void) throws {
        for server in servers {
            Progress.say("\(name): \(server.name)")
            do {
                try body(server, &table)
            } catch let error as Interruption.Interrupted {
                throw error
            } catch {
                Progress.say("\(name): leaving out \(server.name): \(error)")
                table.note("\(server.name): \(error)")
            }
        }
    }
}
