/// Statements that run in order until one does not hold; a comment travels with the rule into the kernel.
package struct ChainRule: Hashable, Sendable {
    package var statements: [Statement]
    package var comment: String?

    package init(_ statements: [Statement], comment: String? = nil) {
        self.statements = statements
        self.comment = comment
    }

    package init(_ statements: Statement..., comment: String? = nil) {
        self.init(statements, comment: comment)
    }

    /// NFT_USERDATA_MAXLEN less the type, length and NUL of the comment attribute.
    package static let maximumCommentBytes = 128
}
