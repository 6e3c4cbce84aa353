import Bytes
import Glibc

/// The terminal that the program was started from, to ask for what must not be shown.
enum Terminal {
    /// Where a signal's number is written while somebody is asked: a pipe, since a flag could be
    /// raised just before the wait begins, and be slept over.
    private nonisolated(unsafe) static var alarm: Int32 = -1
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
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else {
            throw Trouble("cannot use the terminal: \(errorText(errno))")
        }
        defer { for end in ends { close(end) } }
        unsafe alarm = ends[1]
        while true {
            let outcome = try silently(descriptor) { try answer(question, descriptor, ends[0]) }
            switch outcome {
            case .line(let line): return line
            // By now the terminal is as it was: the signal does what it does elsewhere. After a
            // stop the question is asked again.
            case .signal(let number): raise(number)
            }
        }
    }

    /// What came first.
    private enum Outcome {
        /// A line, without its end.
        case line([UInt8])
        /// A signal.
        case signal(Int32)
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
        unsafe action.__sigaction_handler.sa_handler = { number in
            var byte = UInt8(truncatingIfNeeded: number)
            _ = unsafe write(Terminal.alarm, &byte, 1)
        }
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

    /// Asks, and waits for a line or a signal.
    private static func answer(
        _ question: String, _ descriptor: Int32, _ alarms: Int32
    ) throws -> Outcome {
        try Console.write(Array(question.utf8), to: descriptor, "the terminal")
        var line: [UInt8] = []
        line.reserveCapacity(limit)
        while line.count < limit {
            var waits = [descriptor, alarms].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard unsafe poll(&waits, 2, -1) > 0 else { continue }
            var byte: UInt8 = 0
            if waits[1].revents != 0, unsafe read(alarms, &byte, 1) == 1 {
                return .signal(Int32(byte))
            }
            guard unsafe read(descriptor, &byte, 1) > 0 else { throw Trouble("nothing was typed") }
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        try Console.write([UInt8(ascii: "\n")], to: descriptor, "the terminal")
        return .line(line)
    }
}
