import Bytes
import CLauncher
import Glibc

/// The standard streams.
enum Console {
    /// Writes to standard output.
    ///
    /// - Throws: ``Trouble`` if it is closed, full, or nobody reads it.
    static func print(_ bytes: [UInt8]) throws {
        guard Descriptors.isOpen(1) else { throw Trouble("standard output is closed") }
        try write(bytes, to: 1, "standard output")
    }

    /// Writes text to standard output.
    static func print(_ text: String) throws { try print(Array(text.utf8)) }

    /// Writes one line to standard error.
    static func complain(_ message: String) {
        guard Descriptors.isOpen(2) else { return }
        try? write(Array("tally: \(message)\n".utf8), to: 2, "standard error")
    }

    /// Writes all of `bytes` to a descriptor.
    static func write(_ bytes: [UInt8], to descriptor: Int32, _ name: String) throws {
        guard Posix.write(bytes[...], to: descriptor) else {
            throw Trouble("cannot write to \(name): \(errorText(errno))")
        }
    }

    /// Whether a descriptor is a terminal.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// A variable of the environment.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// This program's environment as `NAME=VALUE`, but for the language: for programs whose
    /// messages are read here.
    static var plainEnvironment: [ByteString] {
        var variables: [ByteString] = ["LC_ALL=C.UTF-8"]
        guard var next = unsafe tally_environment() else { return variables }
        while let variable = unsafe next.pointee {
            let text = unsafe ByteString(
                UnsafeRawBufferPointer(start: variable, count: strlen(variable)))
            if !text.hasPrefix("LC_"), !text.hasPrefix("LANG") { variables.append(text) }
            unsafe next += 1
        }
        return variables
    }
}

/// The three descriptors that every program expects to have.
enum Descriptors {
    /// Which of them were open when the program started.
    private nonisolated(unsafe) static var open = [true, true, true]

    /// Fills the gaps, so that a file opened later cannot take the number of standard output and
    /// have a report written into it.
    static func secure() {
        for descriptor in 0..<3 where fcntl(Int32(descriptor), F_GETFD) < 0 {
            unsafe open[descriptor] = false
            _ = unsafe Glibc.open("/dev/null", O_RDWR)
        }
    }

    /// Whether a descriptor was open when the program started.
    static func isOpen(_ descriptor: Int) -> Bool { unsafe open[descriptor] }
}
