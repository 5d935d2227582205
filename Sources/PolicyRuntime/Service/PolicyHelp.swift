/// What `enigm-policyd --help` teaches.
enum PolicyHelp {
    static let usage = "usage: enigm-policyd --bundle FILE [options]"

    static let text = """
        \(usage)

        Holds the kernel to a profile: puts its table in force, watches it, and puts it back when somebody changes it.
        What it enforces is compiled into the bundle: enigmctl profile compile PROFILE.yaml -o FILE

          --bundle FILE        the compiled profile (mandatory); the last confirmed one is kept in the state
                               directory, and the newer of the two is enforced
          --runtime-dir DIR    control socket and lock (default /run/enigm, or RUNTIME_DIRECTORY)
          --state-dir DIR      audit log, epoch, last good bundle (default /var/lib/enigm, or STATE_DIRECTORY)
          --trust PUBKEY       accept only bundles signed by this Ed25519 key (a PEM file)
          --allow-rollback     accept a profile version older than one that was in force before
          --boot               put the table in force and end; it stays in force
          --open-table         do not keep other programs from the table; what they change is seen and undone
          --resolver-cgroup PATH  where the resolver's sockets are made, such as system.slice/enigm-resolverd.service
                               (may be repeated): no other program gets captured UDP questions, whoever has the port
          --root DIR           where the machine's /etc, /run and /usr/lib are (default /): resolv.conf, nsswitch.conf and
                               others there are read, and named in `enigmctl policy status` when they are in the way
          --check              look at the bundle, say whether it would be accepted, and end
          --help, --version

        Needs CAP_NET_ADMIN and drops every other capability. SIGHUP reads the bundle again and applies it; SIGTERM
        ends the daemon and leaves the tables in force. Only `nft delete table netdev enigm` and then `nft delete table
        inet enigm` remove them.
        Exit codes: 0 ended in order, 2 wrong usage, 3 the environment failed or the bundle was refused.

        Try it without touching the system, as root:
          unshare --net enigm-policyd --bundle FILE --runtime-dir /tmp/enigm --state-dir /tmp/enigm

        """
}
