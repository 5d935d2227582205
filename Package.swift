// swift-tools-version: 6.3

import PackageDescription

// What every target is built with. The reasons are in CONTRIBUTING.md; the edges between targets are
// held equal to docs/layers.txt by ArchitectureTests.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]
let sources = common + [.strictMemorySafety()]

// How programs that are shipped are linked: lld, because it writes relative relocations in a hundredth of the room
// (which is read, and so resident, at every start) and joins equal functions; no symbol is exported, so that what
// nobody calls goes; the C++ library of the Swift runtime comes from its archive.
let shipped: LinkerSetting = .unsafeFlags(
    [
        "-use-ld=lld", "-L\(Context.packageDirectory)/Sources/CLinux/linking", "-Xclang-linker", "-static-libgcc",
    ]
        + [
            "--as-needed", "--no-export-dynamic", "--icf=safe", "-z", "pack-relative-relocs",
        ].flatMap { ["-Xlinker", $0] },
    .when(configuration: .release))

func library(_ name: String, _ dependencies: [Target.Dependency] = [], links: [LinkerSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: sources, linkerSettings: links)
}

// Where TLS is spoken: what only hashes and signs does without it, and starts the faster.
let libssl: [LinkerSetting] = [.linkedLibrary("ssl")]

func program(_ name: String, path: String? = nil, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path, swiftSettings: sources, linkerSettings: [shipped])
}

// Strict memory safety is left out: the expansion of #expect does not pass it.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: common)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// What the targets of Tests/FuzzTests feed. Tests/fuzz builds them as a program, with libFuzzer's main loop.
let fuzzed: [Target.Dependency] = [
    "Bundle", "ByteCodec", "CanonicalJSON", "Cryptography", "DNSWire", "HTTP2Engine", "NetfilterBackend",
    "NetworkTypes", "ProfileLoader", "ProfileModel", "ProxyEngine", "ResolverCore", "Ruleset", "Scenario", "Varlink",
]

let package = Package(
    name: "enigm-network",
    products: [
        .executable(name: "enigm-resolverd", targets: ["enigm-resolverd"]),
        .executable(name: "enigm-policyd", targets: ["enigm-policyd"]),
        .executable(name: "enigmctl", targets: ["enigmctl"]),
        .executable(name: "enigm-lab", targets: ["enigm-lab"]),
        .executable(name: "enigm-bench", targets: ["enigm-bench"]),
        .executable(name: "enigm-scenario", targets: ["enigm-scenario"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // 0: C seams
        .target(name: "CAllocationCounter"),
        .target(name: "CLinux", exclude: ["linking"]),
        .target(name: "CNetfilter", linkerSettings: [.linkedLibrary("nftnl"), .linkedLibrary("mnl")]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // 1: values
        library("ByteCodec"),
        library("CanonicalJSON"),
        library("Cryptography", ["COpenSSL"]),
        library("NetworkTypes"),
        library("Telemetry"),

        // 2: codecs, models, kernel face
        library("DNSWire", ["ByteCodec", "NetworkTypes"]),
        library("HTTP2Engine", ["ByteCodec", "CNghttp2"]),
        library("LinuxIO", ["CLinux", "NetworkTypes"]),
        library("ProfileModel", ["ByteCodec", "NetworkTypes"]),
        library("ProxyEngine", ["ByteCodec", "NetworkTypes"]),
        library("Ruleset", ["CanonicalJSON", "NetworkTypes"]),
        library("TLSEngine", ["COpenSSL", "Cryptography", "NetworkTypes"], links: libssl),
        library("Varlink", ["ByteCodec", "CanonicalJSON"]),
        library("YAMLSyntax", ["CYAML"]),

        // 3: contract
        library("Bundle", ["ByteCodec", "CanonicalJSON", "Cryptography", "NetworkTypes", "Ruleset"]),

        // 4: engines
        library("NetfilterBackend", ["CNetfilter", "Cryptography", "NetworkTypes", "Ruleset"]),
        library("PolicyCompiler", ["Bundle", "Cryptography", "DNSWire", "NetworkTypes", "ProfileModel", "Ruleset"]),
        library("Posture", ["CanonicalJSON", "Cryptography", "NetworkTypes"]),
        library("ProfileLoader", ["CanonicalJSON", "NetworkTypes", "ProfileModel", "YAMLSyntax"]),
        library("ProfileMeaning", ["NetworkTypes", "ProfileModel"]),
        library("ResolverCore", ["ByteCodec", "DNSWire", "NetworkTypes", "Telemetry"]),
        library("SecureTransport", ["ByteCodec", "DNSWire", "HTTP2Engine", "NetworkTypes", "TLSEngine"]),
        library(
            "ServiceHost",
            ["Bundle", "ByteCodec", "CanonicalJSON", "Cryptography", "LinuxIO", "NetworkTypes", "Varlink"]),

        // 5: runtimes
        library(
            "LabPeers", ["ByteCodec", "CNghttp2", "COpenSSL", "DNSWire", "LinuxIO", "NetworkTypes"], links: libssl),
        library(
            "PolicyRuntime",
            [
                "Bundle", "CanonicalJSON", "Cryptography", "LinuxIO", "NetfilterBackend", "NetworkTypes", "Ruleset",
                "ServiceHost", "Varlink",
            ]),
        library(
            "ResolverRuntime",
            [
                "Bundle", "ByteCodec", "CanonicalJSON", "Cryptography", "DNSWire", "HTTP2Engine", "LinuxIO",
                "NetworkTypes", "ProxyEngine", "ResolverCore", "SecureTransport", "ServiceHost", "TLSEngine",
                "Telemetry", "Varlink",
            ]),
        library("Scenario", ["ByteCodec", "DNSWire", "LinuxIO", "NetworkTypes", "ResolverCore"]),

        // 6: mains
        program(
            "enigm-bench", path: "benchmarks/micro",
            [
                "ByteCodec", "CAllocationCounter", "CanonicalJSON", "DNSWire", "HTTP2Engine", "LabPeers", "LinuxIO",
                "NetworkTypes", "ResolverCore", "SecureTransport", "TLSEngine", argumentParser,
            ]),
        program(
            "enigm-cachebench", path: "benchmarks/cache",
            ["ByteCodec", "DNSWire", "LinuxIO", "NetworkTypes", "ResolverCore"]),
        program(
            "enigm-lab",
            [
                "Bundle", "ByteCodec", "DNSWire", "LabPeers", "LinuxIO", "NetworkTypes", "PolicyCompiler",
                "ProfileLoader", "ProfileModel", argumentParser,
            ]),
        program(
            "enigm-macrobench", path: "benchmarks/macro",
            ["ByteCodec", "CanonicalJSON", "LabPeers", "LinuxIO", "NetworkTypes", argumentParser]),
        program("enigm-policyd", ["LinuxIO", "PolicyRuntime"]),
        program("enigm-resolverd", ["LinuxIO", "ResolverRuntime"]),
        program("enigm-scenario", ["LinuxIO", "Scenario"]),
        program(
            "enigm-setbench", path: "benchmarks/sets", ["LinuxIO", "NetfilterBackend", "NetworkTypes", "Ruleset"]),
        program(
            "enigmctl",
            [
                "Bundle", "ByteCodec", "CanonicalJSON", "Cryptography", "LinuxIO", "NetfilterBackend", "NetworkTypes",
                "PolicyCompiler", "PolicyRuntime", "Posture", "ProfileLoader", "ProfileMeaning", "ProfileModel",
                "Ruleset", "ServiceHost", "Varlink", argumentParser,
            ]),

        // tests: one target per source target, and those of the whole
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: common),
        .target(
            name: "KernelTestSupport", dependencies: ["CLinux", "LinuxIO", "NetworkTypes", "Ruleset", "TestSupport"],
            path: "Tests/KernelTestSupport",
            swiftSettings: common),
        .target(
            name: "ProfileTestSupport", dependencies: ["ProfileLoader", "ProfileModel", "TestSupport"],
            path: "Tests/ProfileTestSupport", swiftSettings: common),
        .target(
            name: "ResolverTestSupport", dependencies: ["ByteCodec", "DNSWire", "TestSupport"],
            path: "Tests/ResolverTestSupport", swiftSettings: common),
        tests("ArchitectureTests", ["TestSupport"]),
        tests("BundleTests", ["Bundle", "CanonicalJSON", "Cryptography", "NetworkTypes", "TestSupport"]),
        tests("ByteCodecTests", ["ByteCodec"]),
        tests("CanonicalJSONTests", ["CanonicalJSON", "TestSupport"]),
        tests("CryptographyTests", ["Cryptography"]),
        tests("DNSWireTests", ["ByteCodec", "DNSWire", "NetworkTypes", "TestSupport"]),
        .testTarget(
            name: "FuzzTests", dependencies: fuzzed + ["TestSupport"],
            exclude: ["CFuzzer", "Program", "Regressions", "Seeds"], swiftSettings: common),
        tests("HTTP2EngineTests", ["ByteCodec", "HTTP2Engine", "LabPeers"]),
        tests("IntegrationTests", ["CanonicalJSON", "KernelTestSupport", "TestSupport"]),
        tests(
            "KernelTests",
            [
                "Bundle", "CLinux", "LinuxIO", "NetfilterBackend", "NetworkTypes", "PolicyCompiler", "PolicyRuntime",
                "ProfileLoader", "ProfileMeaning", "ProfileModel", "ProfileTestSupport", "Ruleset", "TestSupport",
            ]),
        tests(
            "LabPeersTests", ["ByteCodec", "COpenSSL", "DNSWire", "LabPeers", "LinuxIO", "NetworkTypes", "TestSupport"]),
        tests("LinuxIOTests", ["ByteCodec", "LinuxIO", "NetworkTypes"]),
        tests(
            "NetfilterBackendTests",
            ["KernelTestSupport", "NetfilterBackend", "NetworkTypes", "Ruleset", "TestSupport"]),
        tests("NetworkTypesTests", ["NetworkTypes"]),
        tests(
            "PolicyCompilerTests",
            [
                "Bundle", "CanonicalJSON", "Cryptography", "DNSWire", "KernelTestSupport", "NetfilterBackend",
                "NetworkTypes", "PolicyCompiler", "ProfileLoader", "ProfileMeaning", "ProfileModel",
                "ProfileTestSupport", "Ruleset", "TestSupport",
            ]),
        tests(
            "PolicyRuntimeTests",
            [
                "Bundle", "CanonicalJSON", "KernelTestSupport", "LinuxIO", "NetfilterBackend", "NetworkTypes",
                "PolicyCompiler", "PolicyRuntime", "ProfileLoader", "ProfileModel", "Ruleset", "ServiceHost",
                "TestSupport",
            ]),
        tests("PostureTests", ["CanonicalJSON", "Cryptography", "NetworkTypes", "Posture"]),
        tests(
            "ProfileLoaderTests",
            [
                "CanonicalJSON", "NetworkTypes", "ProfileLoader", "ProfileModel", "ProfileTestSupport", "TestSupport",
                "YAMLSyntax",
            ]),
        tests("ProfileMeaningTests", ["NetworkTypes", "ProfileLoader", "ProfileMeaning", "ProfileModel"]),
        tests("ProfileModelTests", ["NetworkTypes", "ProfileModel"]),
        tests("ProxyEngineTests", ["NetworkTypes", "ProxyEngine"]),
        tests(
            "ResolverCoreTests",
            [
                "ByteCodec", "DNSWire", "NetworkTypes", "ResolverCore", "ResolverTestSupport", "Telemetry",
                "TestSupport",
            ]),
        tests(
            "ResolverRuntimeTests",
            [
                "Bundle", "ByteCodec", "CanonicalJSON", "Cryptography", "DNSWire", "KernelTestSupport", "LabPeers",
                "LinuxIO", "NetworkTypes", "ProxyEngine", "ResolverCore", "ResolverRuntime", "ServiceHost", "TLSEngine",
                "TestSupport",
                "Varlink",
            ]),
        tests("RulesetTests", ["KernelTestSupport", "NetworkTypes", "Ruleset", "TestSupport"]),
        tests("ScenarioTests", ["LinuxIO", "Scenario", "TestSupport"]),
        tests(
            "SecureTransportTests",
            ["ByteCodec", "HTTP2Engine", "LabPeers", "NetworkTypes", "SecureTransport", "TLSEngine", "TestSupport"]),
        tests("ServiceHostTests", ["Bundle", "CanonicalJSON", "NetworkTypes", "ServiceHost", "TestSupport"]),
        tests(
            "SimulationTests",
            ["DNSWire", "NetworkTypes", "ResolverCore", "ResolverTestSupport", "TLSEngine", "TestSupport"]),
        tests("SystemdTests", ["TestSupport"]),
        tests("TLSEngineTests", ["ByteCodec", "Cryptography", "LabPeers", "NetworkTypes", "TLSEngine", "TestSupport"]),
        tests("TelemetryTests", ["Telemetry"]),
        tests("VarlinkTests", ["CanonicalJSON", "TestSupport", "Varlink"]),
        tests("YAMLSyntaxTests", ["TestSupport", "YAMLSyntax"]),
        tests(
            "enigm-macrobenchTests",
            ["ByteCodec", "CanonicalJSON", "LinuxIO", "NetworkTypes", "TestSupport", "enigm-macrobench"]),
        tests(
            "enigmctlTests",
            ["Bundle", "CanonicalJSON", "Cryptography", "KernelTestSupport", "TestSupport", "enigmctl"]),
    ]
)

if Context.environment["ENIGM_FUZZ"] != nil {
    package.targets.removeAll { $0.name == "FuzzTests" }
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/FuzzTests/CFuzzer"),
        .executableTarget(
            name: "enigm-fuzz", dependencies: fuzzed + ["CFuzzer"], path: "Tests/FuzzTests",
            exclude: ["CFuzzer", "Regressions", "ReplayTests.swift", "Seeds"], swiftSettings: common),
    ]
}
