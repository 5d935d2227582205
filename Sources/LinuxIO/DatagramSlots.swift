internal import CLinux
internal import Glibc

/// The memory of one batch: per datagram a buffer, an address, room for control data, and the header that names them.
/// Allocated once and not filled, so that a slot costs memory from its first use on.
@safe
struct DatagramSlots: ~Copyable {
    /// How many datagrams one call moves: past this the calls no longer show in the cost of a datagram.
    static let capacity = 64
    /// More than an Ethernet frame carries: what is longer would come in fragments, which answers avoid (RFC 9715) and
    /// questions never need. Short slots are few pages, which the processor finds without looking them up.
    static let slotBytes = 1536
    /// An odd number of cache lines: at a power of two the first lines of all slots would share few cache sets.
    private static let stride = slotBytes + 64
    private static let controlBytes = Int(ENIGM_CONTROL_BYTES)

    // All point to memory that this value owns, `capacity` elements each, freed in deinit and never replaced.
    let messages: UnsafeMutablePointer<enigm_message>
    let peers: UnsafeMutablePointer<sockaddr_in6>
    private let vectors: UnsafeMutablePointer<iovec>
    private let control: UnsafeMutableRawPointer
    private let bytes: UnsafeMutablePointer<UInt8>

    init() {
        let capacity = DatagramSlots.capacity
        // Freed in deinit; headers and addresses are initialised here, byte buffers are trivial and written before read.
        unsafe messages = .allocate(capacity: capacity)
        unsafe peers = .allocate(capacity: capacity)
        unsafe vectors = .allocate(capacity: capacity)
        unsafe control = .allocate(byteCount: capacity * DatagramSlots.controlBytes, alignment: 16)
        unsafe bytes = .allocate(capacity: capacity * DatagramSlots.stride)
        unsafe messages.initialize(repeating: enigm_message(), count: capacity)
        unsafe peers.initialize(repeating: sockaddr_in6(), count: capacity)
        unsafe vectors.initialize(repeating: iovec(), count: capacity)
        for index in 0..<capacity { connect(index) }
    }

    deinit {
        // The other half of init.
        unsafe messages.deallocate()
        unsafe peers.deallocate()
        unsafe vectors.deallocate()
        unsafe control.deallocate()
        unsafe bytes.deallocate()
    }

    /// Makes header `index` name its own slot's parts.
    private func connect(_ index: Int) {
        // index < capacity, so all pointers stay inside their allocations.
        unsafe vectors[index] = iovec(iov_base: start(index), iov_len: DatagramSlots.slotBytes)
        unsafe messages[index].header.msg_iov = vectors + index
        unsafe messages[index].header.msg_iovlen = 1
        unsafe messages[index].header.msg_name = UnsafeMutableRawPointer(peers + index)
        unsafe messages[index].header.msg_control = control + index * DatagramSlots.controlBytes
        reset(index)
    }

    /// Undoes what a receiving call wrote into the header.
    func reset(_ index: Int) {
        // index < capacity.
        unsafe messages[index].header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in6>.size)
        unsafe messages[index].header.msg_controllen = DatagramSlots.controlBytes
    }

    func setLength(_ count: Int, at index: Int) {
        // index < capacity.
        unsafe vectors[index].iov_len = count
    }

    /// The first byte of a slot.
    func start(_ index: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe bytes + index * DatagramSlots.stride
    }
}
