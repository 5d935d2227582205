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

    /// Nobody but the profile says who is asked: not the machine's own resolvers, nor the C library.
    @Test func theResolverKnowsNoOtherResolvers() {
        let calls: Set<Substring> = [
            "getaddrinfo", "gethostbyname", "gethostbyname_r", "gethostbyname2", "res_query", "res_init",
        ]
        let files = LayerTable.ofThisPackage.closure(of: [Self.daemon]).flatMap { SourceFile.swift(ofTarget: $0) }
        #expect(files.count > 100)
        for file in files {
            #expect(calls.isDisjoint(with: file.code.words), "\(file.path) asks the C library")
            let text = TextFile.text(of: "\(Repository.root)/\(file.path)")
            #expect(!text.contains("/etc/resolv.conf") && !text.contains("/run/systemd/resolve"), "\(file.path)")
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
