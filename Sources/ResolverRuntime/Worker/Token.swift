internal import LinuxIO

/// What a worker calls a descriptor in its event loop: a kind and a number of that kind.
struct Token: Equatable {
    enum Kind: UInt8 {
        case datagramListener = 1
        case streamListener
        case stream
        case upstream
        /// Not the worker's: handed to the service that runs it.
        case service
    }

    let kind: Kind
    let number: UInt64

    init(_ kind: Kind, _ number: UInt64) {
        self.kind = kind
        self.number = number
    }

    init?(rawValue: UInt64) {
        guard let kind = Kind(rawValue: UInt8(truncatingIfNeeded: rawValue >> 56)) else { return nil }
        self.init(kind, rawValue & (1 << 56 - 1))
    }

    var rawValue: UInt64 { UInt64(kind.rawValue) << 56 | number }
}
