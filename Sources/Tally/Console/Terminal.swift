import Bytes
import Glibc

/// The terminal that the program was started from, to ask for what must not be shown.
enum Terminal {
    /// The signal that came while somebody was asked; 0 if none did.
    private nonisolated(unsafe) static var caught: Int32 = 0
    /// What could end or stop the program, and would leave the terminal without its echo.
    private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    /// The longest answer in bytes; a terminal's own line ends at 4,096.
    private static let limit = 4_096

    /// Asks for a line that is not shown while it is typed.
    ///
    /// - Throws: ``Trouble`` if there is no terminal, or nothing is typed.
    static func ask(_ question: String) throws -> [UInt8] {
        let descriptor = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw Trouble(
                "there is no terminal to ask for a passphrase on; give it with --passphrase-file "
                    + "or --passphrase-fd")
        }
        defer { close(descriptor) }
        while true {
            unsafe caught = 0
            let line = try silently(descriptor) { try answer(question, descriptor) }
            if let line { return line }
            // By now the terminal is as it was: the signal does what it does elsewhere. After a
            // stop the question is asked again.
            raise(unsafe caught)
        }
    }

    /// Runs `work` with the echo off and signals held up; both are put back however it ends.
    private static func silently<Value>(_ descriptor: Int32, _ work: () throws -> Value) throws
        -> Value
    {
        var before = termios()
        guard unsafe tcgetattr(descriptor, &before) == 0 else {
            throw Trouble("cannot use the terminal: \(errorText(errno))")
        }
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { number in unsafe Terminal.caught = number }
        var old = signals.map { _ in sigaction() }
        for (index, number) in signals.enumerated() {
            unsafe sigaction(number, &action, &old[index])
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(descriptor, TCSAFLUSH, &silent)
        defer {
            unsafe tcsetattr(descriptor, TCSAFLUSH, &before)
            for (index, number) in signals.enumerated() {
                unsafe sigaction(number, &old[index], nil)
            }
        }
        return try work()
    }

    /// One line without its end; `nil` if a signal came first.
    private static func answer(_ question: String, _ descriptor: Int32) throws -> [UInt8]? {
        try Console.write(Array(question.utf8), to: descriptor, "the terminal")
        var line: [UInt8] = []
        line.reserveCapacity(limit)
        while line.count < limit {
            var byte: UInt8 = 0
            let count = unsafe read(descriptor, &byte, 1)
            if count < 0, errno == EINTR {
                if unsafe caught == 0 { continue }
                return nil
            }
            guard count > 0 else { throw Trouble("nothing was typed") }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        try Console.write([UInt8(ascii: "\n")], to: descriptor, "the terminal")
        return line
    }
}
