import TestSupport
import Testing

/// What a daemon carries: neither Foundation, nor Dispatch, nor the concurrency runtime.
@Suite struct DaemonTests {
    private static let daemon = "enigm-resolverd"
    private static let forbidden: Set = ["Foundation", "FoundationEssentials", "Dispatch", "_Concurrency"]

    @Test func noSourceThatADaemonReachesImportsAHeavyRuntime() {
        let reached = LayerTable.ofThisPackage.closure(of: [Self.daemon])
        #expect(reached.isSuperset(of: ["ResolverRuntime", "ResolverCore", "SecureTransport", "DNSWire", "LinuxIO"]))
        for name in reached {
            for file in SourceFile.swift(ofTarget: name) {
                let heavy = Self.forbidden.intersection(file.code.imports)
                #expect(heavy.isEmpty, "\(file.path), which \(Self.daemon) reaches, imports \(heavy.sorted())")
            }
        }
    }

    @Test(.enabled(if: Repository.hasProgram(daemon), "no release programs: run `make build`"))
    func theBuiltDaemonLinksOnlyTheSystemLibrariesItNeeds() {
        let result = CommandResult.run("ldd", [Repository.program(Self.daemon)])
        let libraries = Set(
            result.outputLines.compactMap { line in
                line.split { " \t/".contains($0) }.first { $0.contains(".so") }?.split(separator: ".").first.map(
                    String.init)
            })
        #expect(libraries.contains("libc"))
        let allowed: Set = [
            "ld-linux-x86-64", "ld-linux-aarch64", "libc", "libcrypto", "libgcc_s", "libm", "libnghttp2", "libssl",
            "libstdc++",
            "linux-vdso",
        ]
        #expect(libraries.isSubset(of: allowed), "\(libraries.subtracting(allowed).sorted())")
    }

    @Test(
        .enabled(if: Repository.hasProgram(daemon), "no release programs: run `make build`"),
        .enabled(if: Repository.hasTool("nm"), "no `nm`: install binutils"))
    func theBuiltDaemonDefinesNoSymbolOfAHeavyRuntime() {
        let symbols = CommandResult.run("nm", ["--defined-only", Repository.program(Self.daemon)]).outputLines
        #expect(symbols.count > 1_000)
        let marks = ["$s10Foundation", "$s20FoundationEssentials", "_dispatch_", "swift_task_create", "swift_job_run"]
        for mark in marks {
            let found = symbols.first { $0.contains(mark) }
            #expect(found == nil, "\(found ?? "") in \(Self.daemon)")
        }
    }
}
