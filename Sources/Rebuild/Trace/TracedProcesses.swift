import Bytes
import Glibc

/// The processes of a sandbox as they come by, and the programs that each of them ran.
struct TracedProcesses: Sendable {
    /// A program that a process ran: from one execve(2) to the next, or to its end.
    struct Program: Sendable {
        /// The process, by its place in the list, and by its number inside.
        var process: Int
        var number: Int32
        /// Its file inside, and its arguments.
        var path: ByteString
        var arguments: [ByteString] = []
        /// What started it; `nil` for a command of the build and for what has lost its parent.
        var parent: Int?
        /// Whether it is a copy of its parent that has started nothing itself so far.
        var isCopy: Bool
        /// What was opened to read, by the path's place in the list, and when that was first.
        var reads: [Int: Int] = [:]
    }

    private struct Process {
        let number: Int32
        /// What it runs now, and what it ran before if it is not known yet that it does.
        var program: Int
        var previous: Int?
        /// What it was before, to be told from what it is now.
        var before: Image?
    }

    /// What the kernel says that a process runs.
    private struct Image: Equatable {
        var path: ByteString
        var arguments: [ByteString]
    }

    /// The first process of the sandbox, by its number here.
    private let first: Int32
    /// Threads by their numbers here; one that begins later under the same number is another.
    private var threads: [Int32: (start: UInt64, process: Int)] = [:]
    private var processes: [Process] = []
    /// All programs, in the order in which they came by.
    var programs: [Program] = []

    /// - Parameter first: the first process of the sandbox, by its number here.
    init(first: Int32) { self.first = first }

    /// The program that a thread runs; `nil` if the thread has gone.
    mutating func program(of thread: Int32) -> Int? {
        guard let process = process(of: thread, depth: 0) else { return nil }
        settle(process, thread)
        return processes[process].program
    }

    /// Takes note that a thread is about to run a file.
    ///
    /// - Returns: the program that it then is.
    mutating func start(_ path: ByteString, by thread: Int32) -> Int? {
        guard let old = program(of: thread), let process = process(of: thread, depth: 0) else {
            return nil
        }
        let now = programs[old]
        var next = Program(
            process: process, number: now.number, path: path, parent: now.isCopy ? now.parent : old,
            isCopy: false)
        // What was opened for it, as by `program < file`, is its own.
        if now.isCopy { next.reads = now.reads }
        programs.append(next)
        processes[process].previous = old
        processes[process].before = TracedProcesses.image(thread)
        processes[process].program = programs.count - 1
        return programs.count - 1
    }

    /// Finds out whether a program was started after all.
    private mutating func settle(_ process: Int, _ thread: Int32) {
        guard let previous = processes[process].previous else { return }
        guard let image = TracedProcesses.image(thread) else { return }
        if image == processes[process].before {
            processes[process].program = previous
        } else {
            programs[processes[process].program].path = image.path
            programs[processes[process].program].arguments = image.arguments
        }
        processes[process].previous = nil
        processes[process].before = nil
    }

    // MARK: What the kernel knows

    /// How far up unknown parents are looked for.
    private static let depthLimit = 64

    private mutating func process(of thread: Int32, depth: Int) -> Int? {
        guard thread != first, depth < TracedProcesses.depthLimit,
            let facts = TracedProcesses.facts(thread)
        else { return nil }
        if let known = threads[thread], known.start == facts.start { return known.process }
        guard let text = SystemFile.read(ByteString("/proc/\(thread)/status")),
            let leader = SystemFile.number("Tgid:", in: text).flatMap({ Int32(exactly: $0) })
        else { return nil }
        let process: Int?
        if leader == thread {
            process = add(thread, facts.parent, TracedProcesses.inside(text), depth)
        } else {
            process = self.process(of: leader, depth: depth + 1)
        }
        guard let process else { return nil }
        threads[thread] = (facts.start, process)
        return process
    }

    private mutating func add(
        _ leader: Int32, _ parent: Int32, _ number: Int32, _ depth: Int
    ) -> Int {
        let above = process(of: parent, depth: depth + 1).map { processes[$0].program }
        let image = TracedProcesses.image(leader)
        processes.append(Process(number: number, program: programs.count))
        programs.append(
            Program(
                process: processes.count - 1, number: number, path: image?.path ?? "",
                arguments: image?.arguments ?? [], parent: above, isCopy: true))
        return processes.count - 1
    }

    /// When a thread began and whose child it is: fields 22 and 4 of `/proc/N/stat` (proc(5)). The
    /// name in front of them may have anything in it, parentheses too.
    private static func facts(_ thread: Int32) -> (start: UInt64, parent: Int32)? {
        guard let text = SystemFile.read(ByteString("/proc/\(thread)/stat")),
            let end = text.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = text[(end + 1)...].split(separator: 0x20)
        guard fields.count > 19, let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
            let start = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        return (start, parent)
    }

    /// The number inside, which is the last of `NSpid:`.
    private static func inside(_ status: [UInt8]) -> Int32 {
        for line in status.split(separator: 0x0a) where line.starts(with: "NSpid:".utf8) {
            let last = line.split { $0 == 0x09 || $0 == 0x20 }.last ?? []
            return Int32(String(decoding: last, as: UTF8.self)) ?? 0
        }
        return 0
    }

    /// The most arguments that are kept.
    private static let argumentLimit = 64

    private static func image(_ thread: Int32) -> Image? {
        guard let path = SystemFile.link(ByteString("/proc/\(thread)/exe")) else { return nil }
        let text = SystemFile.read(ByteString("/proc/\(thread)/cmdline"), limit: 4096) ?? []
        let arguments = text.split(separator: 0, omittingEmptySubsequences: false)
        // Each ends with a NUL, the last one too, unless it was cut off.
        return Image(
            path: path,
            arguments: arguments.dropLast().prefix(argumentLimit).map { ByteString($0) })
    }
}
