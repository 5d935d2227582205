internal import COpenSSL

/// What lies between libssl and the network: libssl's BIO reads from bytes that a caller lends and writes into a
/// buffer that is drained later. One copy less each way than a memory BIO, and the bound is ours.
///
/// Safe: `input` is set only between ``lend(_:)`` and ``reclaim()``, while the lender's bytes are borrowed.
@safe final class CiphertextChannel {
    /// Sixteen full records: far more than a flush of queries; a peer that makes us answer more is refused.
    static let maximumOutputBytes = 16 * 16_640

    private var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    /// No byte comes after those lent.
    var isEnded = false
    var output = TransferBuffer()
    /// Tickets that arrived and were not taken yet, oldest first.
    private var tickets: [SessionTicket] = []

    /// Lets libssl read `bytes` until ``reclaim()``. Unsafe because they have to live until then.
    @unsafe func lend(_ bytes: UnsafeRawBufferPointer) { unsafe input = bytes }

    /// Whether reading would tell something: bytes, or that none comes any more.
    var hasInput: Bool { unsafe isEnded || !input.isEmpty }

    func reclaim() { unsafe input = UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Keeps a ticket until it is taken; of a flood, the newest few.
    func keep(_ ticket: SessionTicket) {
        if tickets.count == TicketStore<SessionTicket>.maximumTickets { tickets.removeFirst() }
        tickets.append(ticket)
    }

    func takeTicket() -> SessionTicket? { tickets.isEmpty ? nil : tickets.removeFirst() }

    /// A BIO over this channel; the caller keeps the channel alive for as long as the BIO lives.
    func makeBIO() -> OpaquePointer {
        guard let bio = unsafe BIO_new(ChannelMethod.shared.handle) else { preconditionFailure("out of memory") }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    /// Moves lent bytes to libssl: 0 when there are none.
    fileprivate func read(into destination: UnsafeMutableRawPointer, capacity: Int) -> Int {
        let amount = unsafe min(capacity, input.count)
        guard amount > 0, let start = unsafe input.baseAddress else { return 0 }
        unsafe destination.copyMemory(from: start, byteCount: amount)
        unsafe input = UnsafeRawBufferPointer(rebasing: input[amount...])
        return amount
    }

    /// False when the bytes would pass the limit.
    fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard output.count + bytes.count <= CiphertextChannel.maximumOutputBytes else { return false }
        unsafe output.append(bytes)
        return true
    }
}

/// The table of callbacks through which a BIO reaches its channel.
///
/// Safe: written once, before the first use; libcrypto only reads it.
@safe private final class ChannelMethod: @unchecked Sendable {
    static let shared = ChannelMethod()

    let handle: OpaquePointer

    private init() {
        let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = unsafe BIO_meth_new(type, "ciphertext channel") else { preconditionFailure("out of memory") }
        unsafe handle = method
        unsafe BIO_meth_set_read(method, channelRead)
        unsafe BIO_meth_set_write(method, channelWrite)
        unsafe BIO_meth_set_ctrl(method, channelControl)
    }
}

// Unsafe, all three: the data of a BIO made by `makeBIO` is its channel, which outlives it; the pointer and the
// length that libssl gives describe its own buffer.

private func channel(of bio: OpaquePointer?) -> CiphertextChannel? {
    guard let data = unsafe BIO_get_data(bio) else { return nil }
    return unsafe Unmanaged<CiphertextChannel>.fromOpaque(data).takeUnretainedValue()
}

private func channelRead(_ bio: OpaquePointer?, _ destination: UnsafeMutablePointer<CChar>?, _ size: Int32) -> Int32 {
    guard let channel = unsafe channel(of: bio), let destination = unsafe destination else { return -1 }
    unsafe bio_clear_retry_flags(bio)
    let amount = unsafe channel.read(into: UnsafeMutableRawPointer(destination), capacity: Int(size))
    guard amount == 0, !channel.isEnded else { return Int32(amount) }
    unsafe bio_set_retry_read(bio)
    return -1
}

private func channelWrite(_ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ size: Int32) -> Int32 {
    guard let channel = unsafe channel(of: bio), let source = unsafe source else { return -1 }
    unsafe bio_clear_retry_flags(bio)
    let bytes = unsafe UnsafeRawBufferPointer(start: source, count: Int(size))
    return unsafe channel.write(bytes) ? size : -1
}

private func channelControl(
    _ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    switch command {
    case BIO_CTRL_FLUSH: 1
    case BIO_CTRL_EOF: unsafe channel(of: bio)?.isEnded == true ? 1 : 0
    default: 0
    }
}
