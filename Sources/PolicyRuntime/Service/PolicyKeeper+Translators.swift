internal import Bundle
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

// What routers announce of translating IPv4 (RFC 8781). A prefix that the profile knows is one that its rules speak of;
// to the others nothing leaves directly.
extension PolicyKeeper {
    mutating func takeRouterNews(now: MonotonicInstant) {
        do {
            for translator in try routerMonitor.takeTranslators() { announced.take(translator, now: now) }
            followTranslators()
        } catch {
            fail(PolicyFailure(error))
        }
    }

    mutating func translatorDeadlineReached(now: MonotonicInstant) {
        guard let deadline = announced.deadline, deadline <= now else { return }
        forgetTranslators(now: now)
        followTranslators()
    }

    /// What was said on a link ends with it.
    mutating func forgetTranslators(now: MonotonicInstant) {
        announced.forget(but: Set(machine.devices.filter(\.isUp).map(\.index)), now: now)
    }

    func translatorFindings(_ policy: Policy, on machine: Machine) -> [Finding] {
        let known = policy.settings.template.knownTranslators
        var findings = machine.translators.filter { !known.contains($0) }.map { prefix in
            Finding(
                "the network translates IPv4 under `\(prefix)`, which the profile does not know: nothing leaves directly "
                    + "to it", at: "router advertisements",
                remedy: prefix.length == NAT64.prefixLength
                    ? "list it under `local: nat64` where you know the network"
                    : "reach what has IPv4 alone by a tunnel: of prefixes, those of 96 bits can be listed")
        }
        if announced.isFull {
            findings.append(
                Finding(
                    "networks announce more prefixes for IPv4 than \(AnnouncedTranslators.maximumCount), and the rest "
                        + "counts for nothing", at: "router advertisements", remedy: "look who sends them"))
        }
        return findings + tunnelFindings(policy, on: machine)
    }

    /// What is said inside a tunnel is said by its author's own network, who can have rules speak of it; what is said
    /// outside of it is no business of what leaves by it.
    private func tunnelFindings(_ policy: Policy, on machine: Machine) -> [Finding] {
        policy.settings.paths.flatMap { path -> [Finding] in
            let devices = machine.devices.filter { $0.name == path.device }.map(\.index)
            let heard = announced.prefixes(on: Set(devices))
            let known = policy.settings.template.knownTranslators + machine.translators
            return heard.filter { !known.contains($0) }.map { prefix in
                Finding(
                    "the network behind the path `\(path.name)` translates IPv4 under `\(prefix)`, which the profile "
                        + "does not know: its rules for IPv4 addresses do not speak of that",
                    at: "router advertisements",
                    remedy: prefix.length == NAT64.prefixLength
                        ? "list it under `local: nat64`"
                        : "block it for `any`: of prefixes, those of 96 bits can be listed")
            }
        }
    }

    /// Routers repeat themselves, and most of it is known.
    private mutating func followTranslators() {
        guard let policy, announced.prefixes(on: policy.leading(machine.devices)) != machine.translators else { return }
        followMachine("translators")
    }
}

extension Policy {
    /// The indices of those devices by which packets leave directly.
    func leading(_ devices: [NetworkDevice]) -> Set<UInt32> {
        let named = settings.template.wire.namedDevices
        let leading = devices.filter { device in
            device.isUp && !device.isLoopback && !settings.takenDevices.contains(device.name)
                && (device.isPhysical || named.contains(device.name))
        }
        return Set(leading.map(\.index))
    }
}
