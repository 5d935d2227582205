internal import CLinux
internal import Glibc

/// A program that was started, and its only owner: killed and reaped when it goes out of scope.
package struct ChildProcess: ~Copyable {
    /// How a process ended.
    package enum Exit: Equatable, Sendable {
        case code(Int)
        case signal(Int)
    }

    /// What becomes the descriptors 0, 1 and 2 of the program.
    package enum Stream: Equatable, Sendable {
        case inherit
        case null
        /// A descriptor of the caller's, by its number; it stays open here.
        case descriptor(CInt)
    }

    package struct Request: Sendable {
        /// An absolute path, or one relative to the working directory; PATH is not searched.
        package var path: String
        /// Without the program's own name.
        package var arguments: [String]
        /// Nil: this program's own.
        package var environment: [(name: String, value: String)]?
        package var input = Stream.null
        package var output = Stream.inherit
        package var error = Stream.inherit
        /// These become descriptors 3, 4 and so on.
        package var additionalDescriptors: [SharedDescriptor] = []
        /// Says by LISTEN_FDS and LISTEN_PID that the additional descriptors are sockets to serve (sd_listen_fds(3)).
        package var announcesSockets = false
        /// What they are called, separated by colons (LISTEN_FDNAMES); nil for no names.
        package var socketNames: String?
        /// SIGKILL when the thread that started it ends: for programs whose main thread starts their children.
        package var diesWithParent = false
        /// Away from the terminal, and from the process group that a terminal's Ctrl-C goes to.
        package var hasOwnSession = false
        /// Where it runs; nil: where its starter is.
        package var networkNamespace: NamespaceHandle?
        /// Who it runs as, with no other group; nil: as its starter.
        package var identity: (user: UInt32, group: UInt32)?

        package init(_ path: String, _ arguments: [String] = []) {
            self.path = path
            self.arguments = arguments
        }
    }

    package let identifier: Int32
    private var exit: Exit?

    package init(_ request: Request) throws(SystemError) {
        let null = Descriptor(owning: try check(unsafe enigm_open("/dev/null", O_RDWR, 0), "open `/dev/null`"))
        let streams = [request.input, request.output, request.error].enumerated().map { number, stream in
            switch stream {
            case .inherit: CInt(number)
            case .null: null.rawValue
            case .descriptor(let raw): raw
            }
        }
        identifier = try ChildProcess.start(request, streams)
        exit = nil
    }

    deinit {
        guard exit == nil else { return }
        _ = Glibc.kill(identifier, SIGKILL)
        var code: CInt = 0
        var signal: CInt = 0
        // Two ints on the stack.
        _ = unsafe enigm_wait(identifier, 1, &code, &signal)
    }

    package func send(_ signal: Signal) {
        guard exit == nil else { return }
        _ = Glibc.kill(identifier, signal.rawValue)
    }

    /// How it ended; nil while it runs.
    package mutating func poll() -> Exit? { reap(blocking: false) }

    /// Waits for its end.
    package mutating func wait() -> Exit {
        reap(blocking: true) ?? .code(-1)
    }

    /// Asks it to end by SIGTERM, and kills it when that takes longer than `milliseconds`.
    package mutating func terminate(within milliseconds: Int = 5000) -> Exit {
        send(.terminate)
        for _ in 0..<max(1, milliseconds / 10) {
            if let exit = poll() { return exit }
            MonotonicClock.sleep(milliseconds: 10)
        }
        send(.kill)
        return wait()
    }

    /// A descriptor that becomes readable when the process ends (pidfd).
    package func exitDescriptor() throws(SystemError) -> Descriptor {
        Descriptor(owning: try check(enigm_pidfd_open(identifier), "pidfd_open"))
    }

    private mutating func reap(blocking: Bool) -> Exit? {
        if let exit { return exit }
        var code: CInt = 0
        var signal: CInt = 0
        // Two ints on the stack.
        switch unsafe enigm_wait(identifier, blocking ? 1 : 0, &code, &signal) {
        case 0: return nil
        case 1: exit = signal == 0 ? .code(Int(code)) : .signal(Int(signal))
        default: exit = .code(-1)
        }
        return exit
    }

    private static func start(_ request: Request, _ streams: [CInt]) throws(SystemError) -> Int32 {
        let descriptors = streams + request.additionalDescriptors.map { $0.descriptor.rawValue }
        let arguments = CStringArray([request.path] + request.arguments)
        let variables = CStringArray(variables(of: request))
        // All of it lives until the seam has forked and returned; the child has its own copy.
        let result = unsafe request.path.withCString { path in
            unsafe descriptors.withUnsafeBufferPointer { descriptors in
                var spawn = unsafe enigm_spawn()
                unsafe spawn.path = path
                unsafe spawn.arguments = UnsafePointer(arguments.pointers)
                unsafe spawn.environment = UnsafePointer(variables.pointers)
                unsafe spawn.descriptors = descriptors.baseAddress
                unsafe spawn.descriptor_count = CInt(descriptors.count)
                unsafe spawn.dies_with_parent = request.diesWithParent ? 1 : 0
                unsafe spawn.has_own_session = request.hasOwnSession ? 1 : 0
                unsafe spawn.network_namespace = request.networkNamespace?.rawValue ?? -1
                unsafe spawn.changes_user = request.identity == nil ? 0 : 1
                unsafe spawn.user = request.identity?.user ?? 0
                unsafe spawn.group = request.identity?.group ?? 0
                // The last variable, behind its name: there is room for every number.
                if request.announcesSockets {
                    unsafe spawn.own_identifier = variables.last.map { unsafe $0 + listenProcess.utf8.count }
                }
                // The descriptors' owners are among the request's values.
                return withExtendedLifetime(request) { unsafe enigm_spawn(&spawn) }
            }
        }
        return try check(result, "start `\(request.path)`")
    }

    private static let listenProcess = "LISTEN_PID="

    private static func variables(of request: Request) -> [String] {
        let given = request.environment.map { $0.map { "\($0.name)=\($0.value)" } } ?? Environment.all
        guard request.announcesSockets else { return given }
        let own = given.filter { !$0.hasPrefix("LISTEN_") }
        // The child writes its number over the blanks.
        let room = String(repeating: " ", count: Int(ENIGM_PID_CAPACITY))
        let names = request.socketNames.map { ["LISTEN_FDNAMES=\($0)"] } ?? []
        return own + names + ["LISTEN_FDS=\(request.additionalDescriptors.count)", listenProcess + room]
    }
}

/// A null-terminated array of C strings, as exec wants it.
@safe
struct CStringArray: ~Copyable {
    /// Owned, with all strings in it; freed in deinit.
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        // count + 1 elements, all initialised here.
        unsafe pointers = .allocate(capacity: count + 1)
        for index in 0..<count { unsafe (pointers + index).initialize(to: strdup(strings[index])) }
        unsafe (pointers + count).initialize(to: nil)
    }

    /// The last string; nil when there is none.
    var last: UnsafeMutablePointer<CChar>? { count == 0 ? nil : unsafe pointers[count - 1] }

    deinit {
        // The other half of init; strdup's memory is free's.
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
