internal import CanonicalJSON
package import NetworkTypes

/// The rights of a process as the kernel shows them in `/proc/PID/status`, and since when it lives.
package struct ProcessObservation: Equatable, Sendable {
    package var process: Int32
    /// The effective user.
    package var user: UInt32
    /// capabilities(7), one bit each.
    package var permitted: UInt64
    package var effective: UInt64
    package var inheritable: UInt64
    package var ambient: UInt64
    package var bounding: UInt64
    /// Whether no program that it starts can gain rights.
    package var hasNoNewPrivileges: Bool
    /// 0 none, 1 strict, 2 filter.
    package var seccompMode: Int64
    package var startedAt: UTCInstant?

    package init(
        process: Int32, user: UInt32, permitted: UInt64, effective: UInt64, inheritable: UInt64, ambient: UInt64,
        bounding: UInt64, hasNoNewPrivileges: Bool, seccompMode: Int64, startedAt: UTCInstant?
    ) {
        self.process = process
        self.user = user
        self.permitted = permitted
        self.effective = effective
        self.inheritable = inheritable
        self.ambient = ambient
        self.bounding = bounding
        self.hasNoNewPrivileges = hasNoNewPrivileges
        self.seccompMode = seccompMode
        self.startedAt = startedAt
    }

    /// From the text of `/proc/PID/status` (proc_pid_status(5)); nil when a line that counts is missing.
    package init?(process: Int32, status: String, startedAt: UTCInstant?) {
        var fields: [Substring: [Substring]] = [:]
        for line in status.split(separator: "\n") {
            let words = line.split { $0 == ":" || $0 == "\t" || $0 == " " }
            if let key = words.first { fields[key] = Array(words.dropFirst()) }
        }
        func set(_ key: Substring) -> UInt64? { fields[key]?.first.flatMap { UInt64($0, radix: 16) } }
        guard let users = fields["Uid"], users.count == 4, let user = UInt32(users[1]),
            let permitted = set("CapPrm"), let effective = set("CapEff"), let inheritable = set("CapInh"),
            let bounding = set("CapBnd"), let privileges = fields["NoNewPrivs"]?.first
        else { return nil }
        self.init(
            process: process, user: user, permitted: permitted, effective: effective, inheritable: inheritable,
            ambient: set("CapAmb") ?? 0, bounding: bounding, hasNoNewPrivileges: privileges == "1",
            seccompMode: fields["Seccomp"]?.first.flatMap { Int64($0) } ?? 0, startedAt: startedAt)
    }

    /// What it can use or hand on. The bounding set is none of it: without it nothing can be gained.
    var held: UInt64 { permitted | effective | inheritable | ambient }

    var json: JSONValue {
        func text(_ set: UInt64) -> JSONValue { .string(String(set, radix: 16)) }
        return [
            "process": .integer(Int64(process)), "user": .integer(Int64(user)), "permitted": text(permitted),
            "effective": text(effective), "inheritable": text(inheritable), "ambient": text(ambient),
            "bounding": text(bounding), "no-new-privileges": .bool(hasNoNewPrivileges),
            "seccomp": .integer(seccompMode),
            "started-at": startedAt.map { .string($0.description) } ?? .null,
        ]
    }
}
