import NetworkTypes
import ProxyEngine
import Testing

extension ProxyHandshake {
    /// What it has to say now.
    mutating func said() -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 1024)
        var span = room.mutableSpan
        let count = drainOutput(into: &span)
        return Array(room.prefix(count))
    }

    /// Gives bytes in pieces of that size; how many were for it.
    mutating func hear(_ bytes: [UInt8], by size: Int) -> Int {
        var taken = 0
        while taken < bytes.count {
            let piece = Array(bytes[taken..<min(taken + size, bytes.count)])
            let count = receive(piece.span)
            taken += count
            if count < piece.count { break }
        }
        return taken
    }
}

func endpoint(_ text: String) throws -> Endpoint { try #require(Endpoint(text)) }
