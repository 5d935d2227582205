/// The `profile` key: which profile this is.
package struct ProfileIdentity: Sendable, Equatable {
    package var name: Located<String>
    /// Monotone: a daemon refuses to go back unless told otherwise.
    package var version: Located<UInt64>
    package var description: Located<String>?

    package init(name: Located<String>, version: Located<UInt64>, description: Located<String>?) {
        self.name = name
        self.version = version
        self.description = description
    }
}
