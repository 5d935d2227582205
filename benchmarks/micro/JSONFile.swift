import CanonicalJSON
import LinuxIO

/// A JSON document that one of the options names.
enum JSONFile {
    /// Far more than thresholds and counts need.
    private static let maximumBytes = 1 << 20

    /// The object in the file at `path`; an error that names the path when there is none.
    static func object(at path: String) throws -> JSONObject {
        let bytes = try FileContents.read(path, limitBytes: maximumBytes)
        do {
            guard let object = try JSONReader.read(bytes.span, maximumBytes: maximumBytes).object else {
                throw BenchmarkError("`\(path)` holds JSON and no object")
            }
            return object
        } catch let error as JSONError {
            throw BenchmarkError("`\(path)`: \(error)")
        }
    }
}
