/// How far a profile is compiled.
package enum CompileStage: Equatable, Sendable {
    /// The plan and the table that means it: all that a packet can tell.
    case enforcement
    /// All that can be wrong with a profile. There is a bundle only where its size was in doubt.
    case limits
    /// What the daemons read.
    case bundle
}
