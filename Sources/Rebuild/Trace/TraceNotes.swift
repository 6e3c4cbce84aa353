import Bytes
import Glibc

/// What was seen of the processes of a build: what they read, wrote and missed. It grows to a
/// limit.
struct TraceNotes: Sendable {
    /// A file that the build tried to open, which is not there for it but on this machine.
    struct Miss {
        var program: Int
        var attempt: BuildTrace.Undeclared.Reason
        var time: Int
        /// Whether the program then had something of that name from another folder, as who searches
        /// several for it.
        var isFoundElsewhere = false
    }

    /// Who wrote a file since it was last emptied, and when last; `start` is when it was emptied.
    struct Generation {
        var start: Int
        var writers: [Int: Int] = [:]
    }

    /// The processes of the build.
    var processes: TracedProcesses
    /// All paths that came by, and the place of each.
    private(set) var paths: [ByteString] = []
    private var places: [ByteString: Int] = [:]
    /// Files that were written, by the path's place.
    private(set) var written: [Int: [Generation]] = [:]
    private(set) var misses: [ByteString: Miss] = [:]
    /// Their paths, by their last names.
    private var missedNames: [ByteString: [ByteString]] = [:]
    /// Calls that were seen; the clock of the trace.
    private(set) var calls = 0
    /// Calls whose path could not be read.
    private(set) var unread = 0
    /// Whether there was more than is kept.
    private(set) var isFull = false
    /// Bytes of paths, and of entries of lists, about.
    private var size = 0

    /// Bytes of all that is kept; programs; times that a file is emptied and still told of; files
    /// that are told of as missing.
    private static let sizeLimit = 64 << 20, programLimit = 1 << 17, generationLimit = 8,
        missLimit = 1000

    /// - Parameter first: the first process of the sandbox, by its number here.
    init(first: Int32) { processes = TracedProcesses(first: first) }

    /// Counts a call; whether there is room for it.
    mutating func begin() -> Bool {
        calls += 1
        isFull = size >= TraceNotes.sizeLimit || processes.programs.count >= TraceNotes.programLimit
        return !isFull
    }

    /// Counts a call whose path could not be read.
    mutating func addUnread() { unread += 1 }

    /// The place of a path that came by.
    func place(of path: ByteString) -> Int? { places[path] }

    private mutating func add(_ path: ByteString) -> Int {
        if let place = places[path] { return place }
        size += path.count + 64
        paths.append(path)
        places[path] = paths.count - 1
        return paths.count - 1
    }

    /// A program opens a file or folder to read.
    mutating func read(_ path: ByteString, _ program: Int) {
        let place = add(path)
        if processes.programs[program].reads[place] == nil {
            size += 32
            processes.programs[program].reads[place] = calls
        }
    }

    /// A program opens a file to write.
    ///
    /// - Parameter empties: whether what was written before is lost.
    mutating func write(_ path: ByteString, _ program: Int, empties: Bool) {
        let place = add(path)
        var generations = written[place] ?? []
        if empties || generations.isEmpty {
            generations.append(Generation(start: calls))
            if generations.count > TraceNotes.generationLimit { generations.removeFirst() }
        }
        generations[generations.count - 1].writers[program] = calls
        size += 64
        written[place] = generations
    }

    /// A program asks for a path that is not there for it. Kept if there is one on this machine.
    mutating func miss(
        _ path: ByteString, _ program: Int, _ reason: BuildTrace.Undeclared.Reason
    ) {
        let path = InsideRoot.plain(path)
        // What was tried says more than what was looked for, before or after.
        guard
            misses[path].map({ reason != .looked || $0.attempt == .looked })
                ?? (misses.count < TraceNotes.missLimit)
        else { return }
        var status = stat()
        guard unsafe reason == .unreadable || lstat(path.terminated, &status) == 0 else { return }
        if misses[path] == nil { missedNames[path.lastName, default: []].append(path) }
        misses[path] = Miss(program: program, attempt: reason, time: calls)
    }

    /// Whether something of that name was missed.
    func hasMissed(_ name: ByteString) -> Bool { missedNames[name] != nil }

    /// A program that may have missed something of that name finds it.
    mutating func find(_ name: ByteString, _ program: Int) {
        for path in missedNames[name] ?? [] where misses[path]?.program == program {
            misses[path]?.isFoundElsewhere = true
        }
    }

    /// Whether this machine has something at a path that is no folder. Those are looked for
    /// everywhere.
    static func isFileHere(_ path: ByteString) -> Bool {
        var status = stat()
        return unsafe lstat(path.terminated, &status) == 0 && Folder.kind(status) != .folder
    }

    /// A program moves a file, or gives it one more name.
    ///
    /// - Parameters:
    ///   - takesInside: whether what is below the old path moves along.
    ///   - keeps: whether the old name stays.
    mutating func move(
        _ old: ByteString, to new: ByteString, _ program: Int, takesInside: Bool, keeps: Bool
    ) {
        var moved: [(from: ByteString, to: ByteString)] = [(old, new)]
        if takesInside {
            let inside = old.appending("")
            for place in written.keys where paths[place].bytes.starts(with: inside.bytes) {
                let rest = ByteString(paths[place].bytes.dropFirst(inside.count))
                moved.append((paths[place], new.appending(rest)))
            }
        }
        for (from, to) in moved {
            // Those who wrote it before it was moved here.
            let writers = places[from].flatMap { written[$0]?.last?.writers } ?? [:]
            if !keeps, let place = places[from] { written[place]?.append(Generation(start: calls)) }
            write(to, program, empties: true)
            let place = add(to)
            guard let last = written[place]?.indices.last else { continue }
            written[place]?[last].writers.merge(writers) { new, _ in new }
        }
    }
}
