import TestSupport

/// Asks the resolver at a loopback port.
struct DNSClient {
    let port: UInt16
    var timeout: Duration = .seconds(5)

    /// Over UDP. Nil when nothing came, or what came is no response to this question.
    func ask(_ question: Question) -> Answer? {
        guard let socket = LoopbackSocket(.datagram, connectedTo: port, timeout: timeout) else { return nil }
        socket.send(question.message)
        return socket.receive().flatMap(Answer.init).flatMap { $0.identifier == question.identifier ? $0 : nil }
    }

    /// Over a TCP connection of its own.
    func askOverStream(_ question: Question) -> Answer? {
        guard let socket = LoopbackSocket(.stream, connectedTo: port, timeout: timeout) else { return nil }
        let message = question.message
        socket.send(UInt16(message.count).bigEndianBytes + message)
        guard let length = socket.receiveExactly(2) else { return nil }
        return socket.receiveExactly(Int(length[0]) << 8 | Int(length[1])).flatMap(Answer.init)
    }

    /// All questions from one socket with `window` of them under way; the answers stand where their questions do.
    func ask(_ questions: [Question], window: Int = 32) -> [Answer?] {
        var answers = [Answer?](repeating: nil, count: questions.count)
        guard let socket = LoopbackSocket(.datagram, connectedTo: port, timeout: timeout) else { return answers }
        var sent = 0
        var received = 0
        while received < questions.count {
            while sent < questions.count, sent - received < window {
                var question = questions[sent]
                question.identifier = UInt16(sent)
                socket.send(question.message)
                sent += 1
            }
            guard let answer = socket.receive().flatMap(Answer.init) else { return answers }
            if Int(answer.identifier) < answers.count { answers[Int(answer.identifier)] = answer }
            received += 1
        }
        return answers
    }

    /// Whether somebody answers here, within `limit`.
    func isAnswered(within limit: Duration = .seconds(10)) -> Bool {
        let impatient = DNSClient(port: port, timeout: .milliseconds(200))
        return Moment.wait(limit) { impatient.ask(Question("localhost")) != nil }
    }
}
