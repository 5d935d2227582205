/// Something that answers queries and can be measured: how it is found, configured and started.
struct Server: Sendable {
    enum Role: String, Sendable {
        case reference, own, peer
    }

    enum Ability: Sendable {
        /// It remembers answers.
        case caches
        /// It asks its upstream over TLS; who can neither that nor HTTPS asks in plain text, and forwards nothing that is
        /// measured.
        case forwardsOverTLS
        case forwardsOverHTTPS
    }

    /// As people know it.
    let name: String
    let role: Role
    /// Its file name.
    let program: String
    /// The Debian package that has it; nil for what is built here.
    let package: String?
    let abilities: Set<Ability>
    /// Whether it asks upstreams over TLS on port 853 only.
    var needsStandardPort = false
    /// On how many processors it runs.
    var processorCount = 1
    let setup: @Sendable (Assignment) -> Setup
}

/// What a server is to do.
struct Assignment: Sendable {
    /// Where it listens, on 127.0.0.1.
    let port: UInt16
    /// A directory of its own.
    let directory: String
    /// How many answers it is to remember.
    let cacheEntries: Int
    let upstream: Upstream
    /// Whether what is measured is what comes from the cache, and not how it came there.
    var isAboutCache = false
    /// Whether the upstream is to be asked over HTTPS.
    var isOverHTTPS = false
    /// Of this project's programs.
    let programs: String

    /// Room for so many answers in servers that want to hear it in MiB: ample, the largest take 600 bytes for each.
    var cacheMiB: Int { max(64, cacheEntries * 700 >> 20) }
}

/// The files, the arguments and the variables that make a server do what it is assigned.
struct Setup: Sendable {
    /// Path and text.
    var files: [(path: String, text: String)] = []
    var directories: [String] = []
    /// A command that is done before the start and is no part of it.
    var preparation: [String]?
    /// The command, when it is not the server's program itself.
    var launcher: [String] = []
    var arguments: [String]
    var environment: [(name: String, value: String)] = []
}

/// The servers that this program starts itself for others to ask.
struct Upstream: Sendable {
    /// DNS over TLS on 127.0.0.1, and the same on port 853 where that was to be had.
    let securePort: UInt16
    let hasStandardPort: Bool
    /// DNS over HTTPS, at ``path``.
    let httpsPort: UInt16
    /// Plain DNS over UDP.
    let plainPort: UInt16
    /// The name in its certificate.
    let name: String
    /// The authority that signed it, a PEM file.
    let authority: String

    static let path = "/dns-query"
}
