/// What `enigm-resolverd --help` teaches.
package enum ServiceHelp {
    package static let usage = "usage: enigm-resolverd --bundle FILE [options]"

    package static let text = """
        \(usage)

        Answers DNS questions of this machine and asks only encrypted, authenticated upstreams. What it does is
        compiled into the bundle: enigmctl profile compile PROFILE.yaml -o FILE

          --bundle FILE        the compiled profile (mandatory)
          --listen ADDR:PORT   listen here instead of where the profile says; UDP and TCP; may be repeated;
                               IPv6 in brackets: [::1]:5300
          --workers N          threads that answer, each for its share of the names (default 1, which is enough
                               for 200,000 questions in a second)
          --runtime-dir DIR    control socket and lock (default /run/enigm, or RUNTIME_DIRECTORY)
          --state-dir DIR      what outlives a restart (default /var/lib/enigm, or STATE_DIRECTORY)
          --trust PUBKEY       accept only bundles signed by this Ed25519 key (a PEM file)
          --allow-rollback     accept a profile version older than one that was in force before
          --check              look at the bundle, say whether it would be accepted, and end
          --help, --version

        Sockets passed by a service manager (LISTEN_FDS) replace all other listeners.
        SIGHUP reads the bundle again and keeps the cache; SIGTERM answers what is pending and ends.
        Exit codes: 0 ended in order, 2 wrong usage, 3 the environment failed or the bundle was refused.

        Try it without touching the system:
          enigm-resolverd --bundle FILE --listen 127.0.0.1:5300 --runtime-dir /tmp/enigm --state-dir /tmp/enigm
          dig @127.0.0.1 -p 5300 example.org
          enigmctl --runtime-dir /tmp/enigm resolver stats

        """
}
