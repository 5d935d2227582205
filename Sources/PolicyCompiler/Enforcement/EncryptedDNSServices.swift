package import NetworkTypes

/// Public DNS-over-HTTPS services by exact address: applications that bring their own resolver reach them on port 443,
/// where only the address tells them from the web. Addresses that also serve other things are left out. Source: the
/// operators' own set-up pages, July 2026.
package enum EncryptedDNSServices {
    package static let addresses: [IPAddress] = [
        // Cloudflare
        "1.1.1.1", "1.0.0.1", "1.1.1.2", "1.0.0.2", "1.1.1.3", "1.0.0.3", "2606:4700:4700::1111",
        "2606:4700:4700::1001", "2606:4700:4700::1112", "2606:4700:4700::1002", "2606:4700:4700::1113",
        "2606:4700:4700::1003",
        // Google
        "8.8.8.8", "8.8.4.4", "2001:4860:4860::8888", "2001:4860:4860::8844", "2001:4860:4860::64",
        "2001:4860:4860::6464",
        // Quad9
        "9.9.9.9", "149.112.112.112", "9.9.9.10", "149.112.112.10", "9.9.9.11", "149.112.112.11", "2620:fe::fe",
        "2620:fe::9", "2620:fe::10", "2620:fe::fe:10", "2620:fe::11", "2620:fe::fe:11",
        // AdGuard
        "94.140.14.14", "94.140.15.15", "94.140.14.15", "94.140.15.16", "94.140.14.140", "94.140.14.141",
        "2a10:50c0::ad1:ff", "2a10:50c0::ad2:ff", "2a10:50c0::bad1:ff", "2a10:50c0::bad2:ff",
        // OpenDNS
        "208.67.222.222", "208.67.220.220", "2620:119:35::35", "2620:119:53::53",
        // Mullvad
        "194.242.2.2", "194.242.2.3", "194.242.2.4", "194.242.2.5", "194.242.2.6", "194.242.2.9",
        // CleanBrowsing
        "185.228.168.168", "185.228.169.168", "185.228.168.9", "185.228.169.9", "185.228.168.10", "185.228.169.11",
        // dns0.eu, DNS.SB
        "193.110.81.0", "185.253.5.0", "185.222.222.222", "45.11.45.11",
    ].compactMap { IPAddress($0) }

    static var prefixes: [IPPrefix] { addresses.map { IPPrefix(containing: $0, length: $0.family.bitWidth) } }
}
