/// Control of `enigm-resolverd`: docs/varlink/io.enigm.resolver.varlink, word for word (a test holds them equal),
/// so that the daemon can answer `GetInterfaceDescription` without reading a file.
extension VarlinkInterface {
    package static let resolver = VarlinkInterface(
        name: "io.enigm.resolver",
        definition: #"""
            # Control of enigm-resolverd, the encrypted DNS stub.
            # Stats and Upstreams are open to everyone; the others need root, the daemon's own user or group enigm, else the
            # answer is org.varlink.service.PermissionDenied. Reload is open to group enigm-daemon, too: the enforcer's.
            interface io.enigm.resolver

            # An extended DNS error (RFC 8914): its code, the registry's words for the code, and the text sent along.
            type ExtendedError (code: int, purpose: string, text: ?string)

            # How many values were at most `upTo`, and more than the bucket before allows.
            type Bucket (upTo: int, count: int)

            # A distribution; buckets that hold nothing are left out. `p50` to `p99` are bounds, not interpolated.
            type Histogram (
              name: string,
              unit: string,
              count: int,
              sum: int,
              p50: int,
              p90: int,
              p95: int,
              p99: int,
              buckets: []Bucket
            )

            # What a TLS handshake agreed on: such as `TLS 1.3`, a cipher suite and a key exchange as libssl calls them.
            type TLS (version: string, cipher: string, group: string)

            # One upstream of the bundle, as often as views have one of their own of it: `view` says whose. `transport` is `tls`
            # (RFC 7858) or `https` (RFC 8484); `milliseconds` is its smoothed answer time, absent until it has answered once; `tls`
            # is of the last handshake that succeeded; `answerLatency` reaches from sending a query to its usable answer.
            type Upstream (
              name: string,
              view: ?string,
              transport: ?string,
              state: string,
              asked: int,
              answered: int,
              failed: int,
              lastFailure: ?string,
              milliseconds: ?float,
              tls: ?TLS,
              answerLatency: Histogram
            )

            # How a worker, or all of them together, sees an upstream. `state` is `idle`, `healthy` or `failing`, for
            # `stateSeconds`; `retryMilliseconds` until it is preferred again. `open` connections have proved who the server
            # is, `connecting` ones not yet; `underWay` queries wait for its answers, `waiting` ones for a connection.
            # `atOnce` and `perConnection` are how many queries it was found to take, absent where no bound was met.
            # `networkEpoch` counts the changes of the way to it. `address`, `tls`, `resumed` (by a ticket, without a
            # certificate) and `handshakeSeconds` (ago) are of the last handshake that succeeded; `p50` and `p95`, in
            # nanoseconds, of all its answers; `lastError` is in words, `lastErrorCause` a name that stays. What is not
            # known is absent.
            type UpstreamCondition (
              state: string,
              stateSeconds: ?int,
              retryMilliseconds: ?int,
              open: int,
              connecting: int,
              underWay: int,
              waiting: int,
              atOnce: ?int,
              perConnection: ?int,
              networkEpoch: int,
              address: ?string,
              tls: ?TLS,
              resumed: ?bool,
              handshakeSeconds: ?int,
              p50: ?int,
              p95: ?int,
              lastError: ?string,
              lastErrorCause: ?string,
              lastErrorSeconds: ?int
            )

            # One upstream as the bundle has it, its condition for all workers together, and for each. `authentication` is `name`,
            # `pins` or `name and pins`. Of several workers' states the latest counts, of their limits the narrowest.
            type UpstreamDescription (
              name: string,
              view: ?string,
              way: ?string,
              transport: string,
              serverName: string,
              authentication: string,
              addresses: []string,
              condition: UpstreamCondition,
              workers: []UpstreamCondition
            )

            # Resolves as for any client. `type` is a mnemonic or TYPEnnn (RFC 3597), A when absent. `message` is the answer's
            # wire form in base64, `lines` its records in presentation form, `upstream` absent when nobody had to be asked.
            # Without `view` everybody's view is asked. A caller's own questions come through a socket, whose sender the kernel
            # knows: here they would go around the view that the profile gives him.
            method Query(name: string, type: ?string, view: ?string) -> (
              message: string,
              lines: []string,
              rcode: string,
              extendedError: ?ExtendedError,
              fromCache: bool,
              upstream: ?string,
              milliseconds: float
            )

            # Everything counted since the start. `degraded` says in what the daemon falls short of the profile. The histogram
            # `hitLatency` reaches from waking up for a query to the sending of its answer, `missLatency` from its arrival to the
            # answer of an upstream, `handshakeLatency` from the start of connecting to the end of the handshake.
            method Stats() -> (
              bundleDigest: string,
              profile: string,
              profileVersion: int,
              uptimeSeconds: int,
              degraded: []string,
              counters: [string]int,
              histograms: []Histogram,
              upstreams: []Upstream
            )

            # How the upstreams do, in the order of the bundle.
            method Upstreams() -> (upstreams: []UpstreamDescription)

            # Forgets the cached answers for a name, of every type; without a name, all of them.
            method Flush(name: ?string) -> (removed: int)

            # Reads a bundle (absolute path; the one given at the start when absent) and puts it in force, keeping the cache.
            # What was in force stays when the bundle is refused.
            method Reload(bundle: ?string) -> (bundleDigest: string, changed: bool)

            error InvalidName (name: string, reason: string)
            error UnknownType (type: string)
            error BundleRefused (bundle: string, reason: string)
            error Busy (reason: string)

            """#)
}
