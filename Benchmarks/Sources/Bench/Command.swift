import Glibc

/// One run of a program, measured.
struct Measurement {
    /// Wall-clock and processor time in seconds.
    let wall, processor: Double
    /// The largest resident set of the process, in KiB.
    let memory: Int
}

/// A program with its arguments.
struct Command {
    let label: String
    let words: [String]

    init(_ label: String, _ words: String...) {
        self.label = label
        self.words = words
    }

    /// Whether the program is on this machine.
    var isPresent: Bool {
        let program = words[0]
        if program.contains("/") { return access(program, X_OK) == 0 }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    /// Runs the program with its output thrown away.
    func measure() -> Measurement? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in [Int32(1), 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let start = Command.now()
        guard posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
            return nil
        }
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(child, &status, 0, &usage) == child else { return nil }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return Measurement(
            wall: Command.now() - start,
            processor: seconds(usage.ru_utime) + seconds(usage.ru_stime), memory: usage.ru_maxrss)
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
