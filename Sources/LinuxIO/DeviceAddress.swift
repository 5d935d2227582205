internal import CLinux
internal import Glibc
package import NetworkTypes

/// An address that a network device of this namespace has (getifaddrs(3)).
package struct DeviceAddress: Hashable, Sendable {
    package let device: String
    /// By which the kernel knows the device; one that is made anew has another.
    package let deviceIndex: UInt32
    package let address: IPAddress
    /// What a link-local address needs beside itself; 0 for others.
    package let scope: UInt32

    package init(device: String, deviceIndex: UInt32, address: IPAddress, scope: UInt32 = 0) {
        self.device = device
        self.deviceIndex = deviceIndex
        self.address = address
        self.scope = scope
    }

    /// All there are now. A device that goes meanwhile is left out.
    package static func all() throws(SystemError) -> [DeviceAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        try check(unsafe getifaddrs(&first), "getifaddrs")
        // The list that the call allocated, given back once; nothing of it is kept.
        defer { unsafe freeifaddrs(first) }
        var found: [DeviceAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            if let address = unsafe DeviceAddress(entry.pointee) { found.append(address) }
        }
        return found
    }

    /// Nil for what is no address of IPv4 or IPv6.
    private init?(_ entry: ifaddrs) {
        // The kernel's entry: a name that ends with NUL, and an address of the family that it says it is, which the seam
        // reads no further than that family goes.
        guard let address = unsafe entry.ifa_addr,
            [AF_INET, AF_INET6].contains(Int32(unsafe address.pointee.sa_family)),
            let endpoint = unsafe address.withMemoryRebound(
                to: sockaddr_in6.self, capacity: 1, { unsafe enigm_load_endpoint($0).endpoint })
        else { return nil }
        let index = unsafe if_nametoindex(entry.ifa_name)
        guard index != 0 else { return nil }
        self.init(
            device: unsafe String(cString: entry.ifa_name), deviceIndex: index, address: endpoint.address,
            scope: endpoint.scope)
    }
}
