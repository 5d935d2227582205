internal import ByteCodec

extension NameView {
    /// Writes the uncompressed name, in its own spelling, to `destination` from `start`: `length` bytes.
    package func copy(into destination: inout MutableSpan<UInt8>, at start: Int) {
        var position = start
        var cursor = labels
        while let label = cursor.next() {
            destination[position] = UInt8(truncatingIfNeeded: label.count)
            destination.copy(label, to: position + 1)
            position += label.count + 1
        }
        destination[position] = 0
    }

    /// The name in text, with a final dot, in the escapes of RFC 1035 section 5.1.
    package var text: String {
        guard !isRoot else { return "." }
        var text = ""
        var cursor = labels
        while let label = cursor.next() {
            for index in label.indices { text.appendEscaped(label[index], special: NameView.specialBytes) }
            text += "."
        }
        return text
    }

    private static let specialBytes = Array(".\\\"();@$".utf8)
}

extension String {
    /// Appends one byte of a name or character string as RFC 1035 section 5.1 writes it.
    mutating func appendEscaped(_ byte: UInt8, special: [UInt8]) {
        if byte < 0x21 || byte > 0x7E {
            let digits = String(byte)
            self += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
        } else {
            if special.contains(byte) { self += "\\" }
            unicodeScalars.append(Unicode.Scalar(byte))
        }
    }
}
