/// What distinguishes a resolver's answer from its upstream's, in words; nil when nothing does.
enum AnswerDifference {
    static func between(_ answer: Answer?, _ expected: Answer?, of question: Question) -> String? {
        guard let answer, let expected else { return answer == nil ? "no answer" : "no answer to compare with" }
        if answer.responseCode != expected.responseCode { return "rcode \(answer.responseCode)" }
        if answer.question != question.bytes { return "the question is not spelled as asked" }
        if answer.isTruncated { return "truncated" }
        if !answer.recursionIsAvailable { return "recursion is not available" }
        if answer.answerSet != expected.answerSet { return "other records" }
        if answer.authoritySet != expected.authoritySet { return "other authority" }
        for (record, ttl) in expected.answers {
            let aged = answer.answers[record] ?? 0
            if aged > ttl || aged + 2 < ttl { return "TTL \(aged) for \(ttl)" }
        }
        return nil
    }
}
