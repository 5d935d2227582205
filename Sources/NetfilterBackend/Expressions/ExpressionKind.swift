/// The expressions that this product reads and writes; those that rules have most come first.
enum ExpressionKind: Int, CaseIterable {
    case compare
    case meta
    case payload
    case immediate
    case bitwise
    case lookup
    case conntrack
    case range
    case byteOrder
    case fib
    case socket
    case reject
    case log
    case limit
    case counter
    case redirect
    case masquerade

    /// The name under which the kernel registers it.
    var name: String {
        switch self {
        case .compare: "cmp"
        case .meta: "meta"
        case .payload: "payload"
        case .immediate: "immediate"
        case .bitwise: "bitwise"
        case .lookup: "lookup"
        case .conntrack: "ct"
        case .range: "range"
        case .byteOrder: "byteorder"
        case .fib: "fib"
        case .socket: "socket"
        case .reject: "reject"
        case .log: "log"
        case .limit: "limit"
        case .counter: "counter"
        case .redirect: "redir"
        case .masquerade: "masq"
        }
    }

    /// By the kernel's name, which may end with a NUL.
    init?(name: ArraySlice<UInt8>) {
        guard let index = ExpressionKind.packedNames.firstIndex(of: ExpressionKind.pack(name)) else { return nil }
        self.init(rawValue: index)
    }

    private static let packedNames = allCases.map { pack(Array($0.name.utf8)[...]) }

    /// A name as a number: to compare those takes no time. None of sixteen bytes or more is known.
    private static func pack(_ name: ArraySlice<UInt8>) -> UInt128 {
        name.count > 16 ? 0 : name.reduce(0) { $1 == 0 ? $0 : $0 << 8 | UInt128($1) }
    }
}
