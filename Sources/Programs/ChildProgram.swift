import Bytes
import CLauncher
import Glibc

/// Another program, started with fixed words and run to its end. No shell is involved, and of what
/// is open here it gets nothing but what it is given.
public struct ChildProgram: Sendable {
    /// What becomes of what it writes to standard error.
    public enum Errors: Sendable {
        /// It goes where this program's own goes.
        case shown
        /// It goes nowhere.
        case dropped
        /// The last of it is in the outcome.
        case kept
    }

    /// How long it may take until it has written all.
    public struct Patience: Sendable {
        /// Seconds.
        public let seconds: UInt64
        /// Nanoseconds of a clock that nobody sets.
        public let clock: @Sendable () -> UInt64

        /// So many seconds, by that clock.
        public init(seconds: UInt64, clock: @escaping @Sendable () -> UInt64) {
            (self.seconds, self.clock) = (seconds, clock)
        }
    }

    /// Its path and its arguments. A name without a slash is looked for as a shell would.
    public var words: [ByteString]
    /// The whole environment, as `NAME=VALUE`; that of this process where it is `nil`.
    public var environment: [ByteString]?
    /// Where it runs; `nil` for here.
    public var folder: ByteString?
    /// What becomes of what it complains of.
    public var errors = Errors.kept
    /// After how long it is ended; never where it is `nil`.
    public var patience: Patience?

    /// The most bytes of what it complains of that are kept.
    private static let errorLimit = 64 << 10

    /// A program that runs here, with this process's environment, for as long as it likes.
    public init(_ words: [ByteString]) { self.words = words }

    /// Where it finds the input with this index above 0.
    public static func path(ofInput index: Int) -> ByteString {
        ByteString("/proc/self/fd/\(place(ofInput: index))")
    }

    /// Runs it until its end.
    ///
    /// - Parameters:
    ///   - inputs: what it finds at the descriptors 0, 3, 4, …, each in a file in memory: the
    ///     program may write before it has read all, and may read twice. Without any, 0 is empty.
    ///   - limit: the bytes that it may write; past them it is ended.
    /// - Throws: ``ProgramError`` if it cannot be run, writes more or takes longer.
    public func run(
        _ inputs: [[UInt8]] = [], atMost limit: Int
    ) throws(ProgramError) -> Outcome {
        var files: [MemoryFile] = []
        for input in inputs.isEmpty ? [[]] : inputs { files.append(try MemoryFile(input)) }
        let output = try Pipe(self)
        let complaints = errors == .kept ? try Pipe(self) : nil
        let child = try start(files, output, complaints)
        output.closeInput()
        complaints?.closeInput()
        let reading = read(output, complaints, atMost: limit + 1)
        let isTooLong = reading.output.count > limit
        if isTooLong || !reading.isReady { kill(child, SIGKILL) }
        let state = try wait(for: child)
        guard !isTooLong else {
            throw ProgramError("\(name) wrote over \(limit) bytes, which is too much")
        }
        guard reading.isReady else {
            throw ProgramError("\(name) was not ready after \(patience?.seconds ?? 0) seconds")
        }
        return Outcome(output: reading.output, errors: reading.errors, state: state)
    }

    /// Its name for people.
    private var name: String { words.first?.escaped ?? "a program without a name" }

    private static func place(ofInput index: Int) -> Int32 {
        index == 0 ? 0 : Int32(index) + 2
    }

    /// That it could not be run.
    fileprivate func failure(_ number: Int32) -> ProgramError {
        ProgramError(
            "cannot run \(name): \(errorText(number))"
                + (number == ENOENT ? "; is it installed?" : ""))
    }

    /// Starts it. Everything but what it is given is closed in it.
    private func start(
        _ files: [MemoryFile], _ output: Pipe, _ complaints: Pipe?
    ) throws(ProgramError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output.input, 1)
        if let complaints {
            unsafe posix_spawn_file_actions_adddup2(&actions, complaints.input, 2)
        } else if errors == .dropped {
            unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        for (index, file) in files.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(
                &actions, file.descriptor, ChildProgram.place(ofInput: index))
        }
        unsafe tally_spawn_closing(&actions, ChildProgram.place(ofInput: max(1, files.count)))
        if let folder { unsafe tally_spawn_in(&actions, folder.terminated) }
        guard !words.isEmpty else { throw failure(ENOENT) }
        var list = unsafe words.map { unsafe strdup($0.terminated) } + [nil]
        defer { unsafe list.forEach { unsafe free($0) } }
        var variables = unsafe (environment ?? []).map { unsafe strdup($0.terminated) } + [nil]
        defer { unsafe variables.forEach { unsafe free($0) } }
        var child: pid_t = 0
        // An environment that was not given is this process's own; one without variables is empty.
        let result =
            environment == nil
            ? unsafe tally_spawn(&child, &list, nil, &actions)
            : unsafe tally_spawn(&child, &list, &variables, &actions)
        guard result == 0 else { throw failure(result) }
        return child
    }

    /// What came out of it, and whether it came in time.
    private struct Reading {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var isReady = true
    }

    /// Up to `limit` bytes; then nobody reads on, and who writes on is stopped by it.
    private func read(_ output: Pipe, _ complaints: Pipe?, atMost limit: Int) -> Reading {
        var reading = Reading()
        var open = [output] + (complaints.map { [$0] } ?? [])
        let start = patience?.clock() ?? 0
        while !open.isEmpty, reading.output.count < limit {
            var questions = open.map { pollfd(fd: $0.output, events: Int16(POLLIN), revents: 0) }
            let answer = unsafe poll(&questions, nfds_t(questions.count), rest(since: start))
            if answer < 0, errno == EINTR { continue }
            guard answer > 0 else {
                reading.isReady = false
                break
            }
            for (pipe, question) in zip(open, questions) where question.revents != 0 {
                guard let bytes = pipe.read() else {
                    open.removeAll { $0 === pipe }
                    continue
                }
                if pipe === output {
                    reading.output += bytes.prefix(limit - reading.output.count)
                } else {
                    reading.errors = (reading.errors + bytes).suffix(ChildProgram.errorLimit)
                }
            }
        }
        return reading
    }

    /// Milliseconds that are left, as of poll(2).
    private func rest(since start: UInt64) -> Int32 {
        guard let patience else { return -1 }
        let passed = (patience.clock() - start) / 1_000_000
        let whole = patience.seconds * 1_000
        return passed < whole ? Int32(clamping: whole - passed) : 0
    }

    /// Waits for the end; the state as the system has it.
    private func wait(for child: pid_t) throws(ProgramError) -> Int32 {
        var state: Int32 = 0
        while unsafe waitpid(child, &state, 0) < 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        return state
    }
}

/// A pipe out of a child, closed with this object.
private final class Pipe {
    /// The end that is read from here.
    let output: Int32
    /// The end that the child writes to; -1 once it is closed here.
    private(set) var input: Int32

    /// A pipe whose ends no other child gets.
    init(_ program: ChildProgram) throws(ProgramError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe tally_pipe(&ends) == 0 else { throw program.failure(errno) }
        (output, input) = (ends[0], ends[1])
    }

    deinit {
        close(output)
        closeInput()
    }

    /// Leaves the child the only one that writes.
    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Some bytes; `nil` at the end.
    func read() -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(output, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            return count > 0 ? buffer[..<count] : nil
        }
    }
}
