/// How far a profile is compiled.
package enum CompileStage: Equatable, Sendable {
    /// The plan and the table that means it: all that a packet can tell.
    case enforcement
    /// What the daemons read.
    case bundle
}
