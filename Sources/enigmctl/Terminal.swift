internal import LinuxIO

/// Whether colours are welcome: on a terminal, unless NO_COLOR (no-color.org) or a dumb terminal says otherwise.
enum Terminal {
    static var outputIsColoured: Bool { StandardStreams.outputIsTerminal && allowsColour }
    static var errorIsColoured: Bool { StandardStreams.errorIsTerminal && allowsColour }

    private static var allowsColour: Bool {
        (Environment["NO_COLOR"] ?? "").isEmpty && Environment["TERM"] != "dumb"
    }
}
