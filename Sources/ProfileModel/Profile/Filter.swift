/// Block lists and what is answered for the names on them.
package struct Filter: Sendable, Equatable {
    package var name: Located<String>
    /// Files, relative to the profile.
    package var lists: [Located<String>]
    package var answer: Located<Answer>
    package var except: [Located<NamePattern>]

    package init(
        name: Located<String>, lists: [Located<String>], answer: Located<Answer>, except: [Located<NamePattern>]
    ) {
        self.name = name
        self.lists = lists
        self.answer = answer
        self.except = except
    }

    package enum Answer: String, Sendable, CaseIterable {
        case nxdomain
        case nodata
        case refused
        /// 0.0.0.0 and ::.
        case zero
    }
}
