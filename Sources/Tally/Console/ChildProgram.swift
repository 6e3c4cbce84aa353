import Bytes
import CLauncher
import Glibc

/// Another program, started with a fixed list of arguments. No shell is involved.
struct ChildProgram {
    /// As typed or found; a name without a slash is looked for as a shell would.
    let path: Path
    /// The words behind the program's name.
    var arguments: [String] = []
    /// The whole environment; this program's own where it is `nil`.
    var environment: [String]?
    /// Whether what it complains of is shown.
    var showsErrors = true
    /// After how many seconds it is ended; never where it is `nil`.
    var patience: Int32?

    /// The first descriptor that an input may have on the way: none below is needed by the child.
    private static let firstFree: Int32 = 32

    /// Held while a program is started.
    private static let starting = Guarded(())

    /// What a program wrote, and how it ended unless well.
    struct Outcome {
        let output: [UInt8]
        /// How it ended, unless with exit status 0.
        let ending: String?
        /// Whether it ran until it was ready, whatever it then said.
        let isWhole: Bool
    }

    /// Runs it until its end.
    ///
    /// - Parameters:
    ///   - inputs: what it finds at the descriptors 0, 3, 4, …, each in a file in memory: the program
    ///     may write before it has read all, and may read twice.
    ///   - limit: the bytes that it may write; past them it is ended.
    /// - Throws: ``Trouble`` if it cannot be run, or writes more.
    func run(_ inputs: [[UInt8]], atMost limit: Int) throws -> Outcome {
        var files: [Int32] = []
        defer { for file in files { close(file) } }
        for input in inputs { files.append(try memoryFile(input)) }
        let (child, end) = try ChildProgram.starting.withLock { _ in
            try startPiped(files)
        }
        let (output, isReady) = read(end, atMost: limit + 1)
        close(end)
        let isTooLong = output.count > limit
        if isTooLong || !isReady { kill(child, SIGKILL) }
        let status = try wait(for: child)
        guard !isTooLong else {
            throw Trouble("\(path.shown) wrote over \(limit) bytes, which is too much")
        }
        guard isReady else {
            throw Trouble("\(path.shown) was not ready after \(patience ?? 0) seconds")
        }
        let signal = status & 0x7f
        let ending =
            signal == 0
            ? "failed with exit status \(status >> 8 & 0xff)" : "was ended by signal \(signal)"
        return Outcome(
            output: output, ending: status == 0 ? nil : ending, isWhole: signal == 0)
    }

    /// A file in memory, out of the way of the descriptors that the child gets.
    private func memoryFile(_ bytes: [UInt8]) throws -> Int32 {
        let file = tally_memory_file()
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        try Console.write(bytes, to: file, path.shown)
        guard lseek(file, 0, SEEK_SET) == 0 else { throw failure(errno) }
        let moved = fcntl(file, F_DUPFD_CLOEXEC, ChildProgram.firstFree)
        guard moved >= 0 else { throw failure(errno) }
        return moved
    }

    /// Starts it with a pipe, of which the end to read is given back. Other threads start no program
    /// meanwhile, which could inherit the ends.
    private func startPiped(_ files: [Int32]) throws -> (child: pid_t, end: Int32) {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw failure(errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        do {
            return (try start(files, output: ends[1]), ends[0])
        } catch {
            close(ends[0])
            throw error
        }
    }

    /// Starts it. Everything but what it is given is closed in it.
    private func start(_ files: [Int32], output: Int32) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        for (number, file) in files.enumerated() {
            let place = number == 0 ? 0 : Int32(number) + 2
            unsafe posix_spawn_file_actions_adddup2(&actions, file, place)
        }
        if !showsErrors {
            unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        }
        var words =
            unsafe ([path.terminated] + arguments.map { Array($0.utf8CString) })
            .map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var variables = unsafe environment?.map { unsafe strdup($0) } ?? []
        defer { unsafe variables.forEach { unsafe free($0) } }
        unsafe variables.append(nil)
        var child: pid_t = 0
        // An environment that was not given is this program's own; one without variables is empty.
        let result =
            environment == nil
            ? unsafe tally_spawn(&child, &words, nil, &actions)
            : unsafe tally_spawn(&child, &words, &variables, &actions)
        guard result == 0 else { throw failure(result) }
        return child
    }

    /// Up to `limit` bytes, and whether they came in time; then nobody reads on, and who writes on
    /// is stopped by it.
    private func read(_ descriptor: Int32, atMost limit: Int) -> (bytes: [UInt8], isReady: Bool) {
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        let end = patience.map { Int64(Glibc.time(nil)) + Int64($0) }
        while filled < limit {
            if let end {
                let rest = max(0, end - Int64(Glibc.time(nil)))
                var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                let answer = unsafe poll(&question, 1, Int32(rest) * 1_000)
                if answer < 0, errno == EINTR { continue }
                guard answer > 0 else { return (Array(bytes.prefix(filled)), false) }
            }
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: filled), limit - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return (Array(bytes.prefix(filled)), true)
    }

    /// Waits for the end; the status as the system has it.
    private func wait(for child: pid_t) throws -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        return status
    }

    /// That it could not be run.
    private func failure(_ number: Int32) -> Trouble {
        Trouble("cannot run \(path.shown): \(errorText(number))")
    }
}
