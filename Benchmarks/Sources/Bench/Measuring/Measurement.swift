import Glibc

/// What is measured of a run.
enum Measure: String {
    case wall, processor = "CPU", memory = "peak memory"

    /// A value with its unit.
    func text(_ value: Double) -> String {
        switch self {
        case .memory: "\(Figure.text(value / 1e6, 1)) MB"
        default: value < 0.1 ? "\(Figure.text(value * 1000, 1)) ms" : "\(Figure.text(value, 3)) s"
        }
    }
}

/// One run of a program, its children included.
struct Measurement {
    /// Seconds on the clock, and seconds of all processors, in user and in system mode.
    let wall, processor: Double
    /// The largest resident set, in bytes, of the process or of one of its children. The kernel
    /// counts from what the process that started it held, so it is never less than the runner's
    /// own.
    let memory: Double

    subscript(_ measure: Measure) -> Double {
        switch measure {
        case .wall: wall
        case .processor: processor
        case .memory: memory
        }
    }
}

/// A program that could not be run, or whose answer is wrong: no measurement is worth anything
/// then.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Command {
    /// Runs the program in `folder` with its output in the file `output`.
    @discardableResult
    func measure(in folder: String, output: String) throws -> Measurement {
        let start = Clock.wall()
        let child = try spawn(in: folder, output: isDiscarded ? "/dev/null" : output)
        var status: Int32 = 0
        var usage = rusage()
        guard wait4(child, &status, 0, &usage) == child else { throw Failure("lost \(text)") }
        let wall = Clock.wall() - start
        guard status & 0x7f == 0, codes.contains(status >> 8 & 0xff) else {
            throw Failure(
                "'\(text)' ended with status \(status >> 8 & 0xff), signal \(status & 0x7f)")
        }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return Measurement(
            wall: wall, processor: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            memory: Double(usage.ru_maxrss) * 1024)
    }

    private func spawn(in folder: String, output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        // Swift does not see the call that gives the child a folder of its own.
        guard chdir(folder) == 0 else { throw Failure("cannot enter \(folder)") }
        guard posix_spawnp(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
            throw Failure("cannot run \(words[0])")
        }
        return child
    }
}

/// Clocks, in seconds.
enum Clock {
    static func wall() -> Double { read(CLOCK_MONOTONIC) }

    /// Processor time of this thread.
    static func thread() -> Double { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
