import LinuxIO
import NetworkTypes
import Testing

/// The addresses of devices, and sockets that are for one device alone.
@Suite struct DeviceAddressTests {
    private static let loopback = IPAddress.v4(IPv4Address(127, 0, 0, 1))

    @Test func loopbackHasItsAddress() throws {
        let addresses = try DeviceAddress.all()
        let own = try #require(addresses.first { $0.address == DeviceAddressTests.loopback })
        #expect(own.device == "lo" && own.deviceIndex != 0 && own.scope == 0)
    }

    @Test func aSocketOfADeviceSaysSo() throws {
        let endpoint = Endpoint(address: DeviceAddressTests.loopback, port: 0)
        let index = try #require(
            try DeviceAddress.all().first { $0.address == DeviceAddressTests.loopback }?.deviceIndex)
        let bound = try DatagramSocket(boundTo: endpoint, onDevice: index)
        // Taken over it is still that.
        let taken = try DatagramSocket(adopting: try bound.descriptor.duplicate())
        let listener = try StreamListener(boundTo: endpoint, onDevice: index)
        let (free, freeListener) = (
            try DatagramSocket(boundTo: endpoint).isBoundToDevice, try StreamListener(boundTo: endpoint).isBoundToDevice
        )
        let found = [bound.isBoundToDevice, taken.isBoundToDevice, listener.isBoundToDevice, free, freeListener]
        #expect(found == [true, true, true, false, false])
    }
}
