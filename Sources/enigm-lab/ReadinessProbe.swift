internal import ByteCodec
internal import DNSWire
internal import LinuxIO
internal import NetworkTypes

/// Asks the resolver over UDP until it answers: the way a client would.
struct ReadinessProbe: ~Copyable {
    private(set) var isAnswered = false
    /// Why there is no good answer yet.
    private(set) var lastTrouble = "it is silent"
    private let socket: DatagramSocket
    private let resolver: Endpoint
    /// A name of the embedded upstream that must have an address; nil: any answer to any question will do.
    private let wantsAddresses: Bool
    private let question: [UInt8]
    private var outgoing = DatagramSendBatch()
    private var incoming = DatagramReceiveBatch()

    init(_ resolver: Endpoint, wantingAddresses: Bool) throws(LabFailure) {
        self.resolver = resolver
        wantsAddresses = wantingAddresses
        question = ReadinessProbe.question(wantingAddresses ? "www.lab.example" : "localhost")
        do throws(SystemError) {
            socket = try DatagramSocket(boundTo: Endpoint(address: resolver.address, port: 0))
        } catch {
            throw .environment("\(error)")
        }
    }

    var descriptor: Descriptor {
        _read { yield socket.descriptor }
    }

    /// Sends the question once more.
    mutating func ask() throws(LabFailure) {
        writeQuestion()
        outgoing.commit(question.count, to: resolver, from: nil)
        outgoing.flush(to: socket)
    }

    /// Takes the answers that have come.
    mutating func listen() throws(LabFailure) {
        do throws(SystemError) {
            for index in 0..<(try incoming.receive(from: socket)) {
                do throws(WireError) { try judge(Header(incoming[index])) } catch {
                    lastTrouble = "its answer is malformed"
                }
            }
        } catch {
            throw .environment("\(error)")
        }
    }

    private mutating func judge(_ header: Header) {
        let code = header.flags.responseCode
        isAnswered = !wantsAddresses || (code == .noError && header.answerCount > 0)
        lastTrouble = "it answers \(code) for www.lab.example"
    }

    private mutating func writeQuestion() {
        let question = question
        var slot = outgoing.slot
        slot.copy(question.span, to: 0)
    }

    private static func question(_ text: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: OPTView.minimumPayloadSize)
        do throws(WireError) {
            guard let name = OwnedName(text) else { throw .malformed(offset: 0) }
            var room = bytes.mutableSpan
            var builder = try MessageBuilder(&room, header: Header(id: 1, flags: .recursiveQuery))
            try builder.addQuestion(name.view, .a)
            let count = builder.finish()
            return Array(bytes[..<count])
        } catch {
            preconditionFailure("the question for `\(text)` cannot be written: \(error)")
        }
    }
}
