/// The resolver behaviour that one subject gets.
package struct View: Sendable, Equatable {
    /// The view of every subject that has none of its own.
    package static let defaultName = "default"
    /// The hidden listener of the default view where no port is written.
    package static let defaultPort: UInt16 = 5300

    /// `default` or the name of a subject.
    package var name: Located<String>
    package var upstreams: [Located<String>]
    package var filters: [Located<String>]
    /// Of its hidden listeners on 127.0.0.1 and ::1; never moves between versions of a profile.
    package var port: Located<UInt16>
    package var resolve: Located<Scope>

    package init(
        name: Located<String>, upstreams: [Located<String>], filters: [Located<String>], port: Located<UInt16>,
        resolve: Located<Scope>
    ) {
        self.name = name
        self.upstreams = upstreams
        self.filters = filters
        self.port = port
        self.resolve = resolve
    }

    /// Which names the view of an exclusive subject answers.
    package enum Scope: String, Sendable, CaseIterable {
        /// Those of its rules only: otherwise DNS itself would be a way out.
        case rules
        case any
    }
}
