/// Control of `enigm-policyd`: docs/varlink/io.enigm.policy.varlink, word for word (a test holds them equal), so that
/// the daemon can answer `GetInterfaceDescription` without reading a file.
extension VarlinkInterface {
    package static let policy = VarlinkInterface(
        name: "io.enigm.policy",
        definition: #"""
            # Control of enigm-policyd, the enforcer of a profile in the kernel.
            # Status, ListDrifts and Portal are open to everyone, and Plan is with a digest; else it and all others need root, the
            # daemon's own user or group enigm, or the answer is org.varlink.service.PermissionDenied.
            interface io.enigm.policy

            # Who committed to the kernel's ruleset, as the kernel says.
            type Commit (generation: int, process: ?int, command: ?string)

            # The kernel did not hold what the policy says. `changes` are lines of nft's language behind `+`, `-` or `~` (another
            # place); of many, the first. `by`: everybody who committed since the table was last seen whole.
            type Drift (
              seenAt: string,
              changes: []string,
              changeCount: int,
              by: []Commit,
              repairedAt: ?string,
              repairMicroseconds: ?int
            )

            # What the kernel can do, found by trying: keep a table from other programs, look at what leaves a device, tell there
            # whether it has a route, tell a socket's cgroup.
            type Kernel (owner: bool, egress: bool, route: bool, cgroup: bool)

            # In what this machine falls short of what the profile needs. `where` is a file, a setting, a table or a program;
            # `weight` is `degraded` or `violated`, which it makes of `state`; `concern` is `packets` or `names`.
            type Finding (what: string, where: string, remedy: string, weight: string, concern: string)

            # The way through a captive portal while it is open: whose, and for how long still.
            type OpenPortal (subject: string, secondsLeft: int)

            # What is in force, looked at in the kernel now. `state` is `unknown`, `enforced`, `degraded` or `violated`, with the
            # reasons, a line of each of `findings` among them; `tableDigest` is SHA-256 of the canonical form that was read; times
            # are RFC 3339. `resolver` is as in `Apply`, of the last time that it was asked. `checksStubListener`: captured UDP
            # questions reach the resolver's cgroups only. `devices` are those that lead off this machine, `checkedDevices` those
            # whose wire is checked.
            method Status() -> (
              state: string,
              reasons: []string,
              findings: []Finding,
              since: string,
              observedAt: string,
              bundleDigest: ?string,
              profile: ?string,
              profileVersion: ?int,
              epoch: int,
              generation: int,
              tableDigest: ?string,
              isOwned: bool,
              kernel: Kernel,
              checksStubListener: bool,
              devices: []string,
              checkedDevices: []string,
              driftCount: int,
              lastDrift: ?Drift,
              resolver: ?string,
              openPortal: ?OpenPortal,
              auditHead: string,
              process: int
            )

            # The newest first, at most 64; the audit log has all. `count` is since the start.
            method ListDrifts() -> (drifts: []Drift, count: int)

            # What applying a bundle (absolute path; the one given at the start when absent) would change in the kernel, and why the
            # kernel would refuse it; `findings` are those of now, for that bundle. With `digest`, only a bundle of that digest.
            method Plan(bundle: ?string, digest: ?string) -> (
              bundleDigest: string,
              profile: string,
              profileVersion: int,
              changed: bool,
              added: []string,
              removed: []string,
              moved: []string,
              changeCount: int,
              refusal: ?string,
              findings: []Finding
            )

            # What an apply spent its time on, in milliseconds: the bundle read and checked, its table made for this machine, the
            # kernel's transaction, the table read back and compared, all of it put on the disk.
            type Stages (read: float, prepare: float, commit: float, compare: float, record: float)

            # Puts a bundle in force in one transaction and reads it back. What was in force stays when it is refused. A running
            # resolver is then brought to the same bundle: `resolver` is `agreed`, `absent` when none is running, or `failed`.
            method Apply(bundle: ?string, digest: ?string) -> (
              bundleDigest: string,
              changed: bool,
              epoch: int,
              generation: int,
              milliseconds: float,
              stages: Stages,
              resolver: string,
              resolverFailure: ?string
            )

            # The way through a captive portal, as the kernel has it now: whose it is and for how many minutes the profile opens it,
            # both absent where it has none. While it is open: for how long still, and the link's resolvers. `resolverFile` is a
            # resolv.conf for the subject's unit, which follows.
            method Portal() -> (
              isOpen: bool,
              subject: ?string,
              minutes: ?int,
              secondsLeft: ?int,
              resolvers: []string,
              resolverFile: ?string
            )

            # Opens it, on a link with these one to three resolvers, for `seconds` or as long as the profile says, which is the
            # longest; anew when it was open. The kernel closes it. Needs the rights of Apply.
            method OpenPortal(resolvers: []string, seconds: ?int) -> (
              isOpen: bool,
              subject: ?string,
              minutes: ?int,
              secondsLeft: ?int,
              resolvers: []string,
              resolverFile: ?string
            )

            # Closes it at once. Needs the rights of Apply.
            method ClosePortal() -> (wasOpen: bool)

            error BundleRefused (reason: string)
            error PortalRefused (reason: string)

            """#)
}
