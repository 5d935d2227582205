internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import PolicyRuntime
internal import ProfileModel

/// `enigmctl policy portal`: the short way through a captive portal.
struct PolicyPortal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portal",
        abstract: "Opens and closes the short way through a captive portal.",
        discussion: """
            While it is open, one subject of the profile reaches every address by the link itself, on the ports that \
            the profile lists, and asks the resolver of the link. It closes by itself.

            EXAMPLES:
              enigmctl policy portal open
              enigmctl policy portal open --resolver 192.0.2.1 --for 3m
              enigmctl policy portal status
              enigmctl policy portal close
            """,
        subcommands: [PortalOpen.self, PortalClose.self, PortalStatus.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: PolicyPortal.self)) }

    static func text(of reply: JSONObject) -> String {
        guard let subject = reply["subject"]?.string else { return "the profile in force has no portal\n" }
        guard let seconds = reply["secondsLeft"]?.integer else {
            return "closed for `\(subject)`; the profile opens it for \(reply["minutes"]?.integer ?? 0) minutes\n"
        }
        let resolvers = (reply["resolvers"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
        return "open for `\(subject)`, for another \(seconds / 60) min \(seconds % 60) s\n"
            + "its resolvers are \(resolvers), as \(reply["resolverFile"]?.string ?? "-") says\n"
    }
}

/// `enigmctl policy portal open`
struct PortalOpen: Verb {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Opens it, for the minutes that the profile says.",
        discussion: """
            The resolver of the link is the one that --resolver names, or else what DHCP told and is on the link of a \
            physical device: as NetworkManager, systemd-resolved, systemd-networkd or dhclient have it. Takes root, \
            the enforcer's own user, or the group enigm.

            EXAMPLES:
              enigmctl policy portal open
              enigmctl policy portal open --resolver 192.0.2.1 --for 3m

            EXIT STATUS:
              0 open, 3 the enforcer is not running or refuses, or no resolver of the link is known
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("resolver"),
        help: ArgumentHelp("A resolver of the link, up to three times.", valueName: "address"))
    var resolvers: [String] = []

    @Option(name: .customLong("for"), help: ArgumentHelp("Less than the profile says.", valueName: "time"))
    var length: String?

    func run() throws {
        let seconds = try seconds()
        let addresses = try resolvers.isEmpty ? found() : written()
        var parameters: JSONObject = ["resolvers": .array(addresses.map { .string($0) })]
        parameters["seconds"] = seconds.map { .integer($0) }
        let reply = try ControlClient.policy(global).call("OpenPortal", parameters)
        if global.wantsJSON {
            Document.write(.object(reply))
        } else {
            StandardStreams.writeOutput(PolicyPortal.text(of: reply))
        }
    }

    private func written() throws -> [String] {
        guard resolvers.count <= PortalOpen.maximumResolvers else {
            throw Failure.usage("a link has at most \(PortalOpen.maximumResolvers) resolvers here: name fewer")
        }
        return try resolvers.map { text in
            do throws(ValueProblem) {
                return try IPAddress(written: text).description
            } catch {
                throw Failure.usage("--resolver: \(error.message)")
            }
        }
    }

    /// As many as a resolv.conf has.
    private static let maximumResolvers = 3

    private func found() throws -> [String] {
        let devices: [NetworkDevice]
        do { devices = try NetworkDeviceMonitor().devices() } catch {
            throw Failure.environment("cannot list the devices of this machine: \(error)")
        }
        let found = LinkResolvers.found(on: devices)
        guard let first = found.first else {
            throw Failure.environment(
                "no program of this machine tells a resolver on the link: name it with --resolver ADDRESS")
        }
        StandardStreams.writeError("the link's resolvers, by \(first.source)\n")
        return found.map(\.address.description)
    }

    private func seconds() throws -> Int64? {
        guard let length else { return nil }
        do throws(ValueProblem) {
            let duration = try Duration(written: length)
            guard duration >= .seconds(1), duration <= .seconds(3_600) else {
                throw ValueProblem(.badDuration, "`\(length)` is no time from a second to an hour")
            }
            return duration.components.seconds
        } catch {
            throw Failure.usage("--for: \(error.message)")
        }
    }
}

/// `enigmctl policy portal close`
struct PortalClose: Verb {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Closes it at once.",
        discussion: """
            Connections through it are reset. Takes root, the enforcer's own user, or the group enigm.

            EXIT STATUS:
              0 closed, 3 the enforcer is not running or refuses
            """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let reply = try ControlClient.policy(global).call("ClosePortal")
        guard !global.wantsJSON else { return Document.write(.object(reply)) }
        StandardStreams.writeOutput(reply["wasOpen"]?.bool == true ? "closed\n" : "it was closed already\n")
    }
}

/// `enigmctl policy portal status`
struct PortalStatus: Verb {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows whether it is open, as seen in the kernel now.",
        discussion: """
            EXIT STATUS:
              0 told, 3 the enforcer is not running
            """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let reply = try ControlClient.policy(global).call("Portal")
        if global.wantsJSON {
            Document.write(.object(reply))
        } else {
            StandardStreams.writeOutput(PolicyPortal.text(of: reply))
        }
    }
}
