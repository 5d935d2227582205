internal import LinuxIO
internal import NetworkTypes
internal import ServiceHost

/// The number of the table in force, in every flow's mark: flows of another epoch are judged anew. Kept in the state
/// directory and written before it is used, so that none is used twice until all 65,535 have been.
struct EpochCounter {
    /// Five digits and a line feed.
    private static let maximumBytes = 8

    private let path: String
    /// 0 when no table was ever put in force.
    private(set) var current: UInt16

    init(stateDirectory: String) throws(HostFailure) {
        path = "\(stateDirectory)/policy-epoch"
        do {
            let bytes = try FileContents.read(path, limitBytes: EpochCounter.maximumBytes)
            guard bytes.last == UInt8(ascii: "\n"), let epoch = UInt16(strictDecimal: bytes.dropLast()) else {
                throw HostFailure.stateUnreadable(path: path)
            }
            current = epoch
        } catch let error as HostFailure {
            throw error
        } catch FileContents.ReadError.system(let error) where error.isNotFound {
            current = 0
        } catch {
            throw .stateUnreadable(path: path)
        }
    }

    /// The next epoch, on the disk; never 0, which is the mark of a flow that no table has judged.
    mutating func advance() throws(SystemError) -> UInt16 {
        let next = current == .max ? 1 : current + 1
        try FileContents.replace(path, with: Array("\(next)\n".utf8), mode: 0o600)
        current = next
        return next
    }
}
