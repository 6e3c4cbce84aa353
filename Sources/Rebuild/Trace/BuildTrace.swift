import Bytes

/// What the processes of a build were seen to do with files: who wrote what, and what they had
/// read.
///
/// It is a help for people, not evidence: a build that wants to can show its watcher other paths
/// than it uses, and write through what it has open or mapped.
public struct BuildTrace: Sendable {
    /// A file that the build tried to use, and that is not there for it.
    public struct Undeclared: Hashable, Sendable {
        /// What it tried, and why that could not work.
        public enum Reason: String, Hashable, Sendable {
            /// It is on this machine, but not inside, to be opened.
            case opened
            /// The same, to be started.
            case started
            /// The same, and it was only asked whether it is there.
            case looked
            /// It is inside, and its mode lets the build not read it.
            case unreadable
        }

        /// The path, absolute.
        public var path: ByteString
        /// What it tried.
        public var reason: Reason
        /// The program that tried.
        public var program: ByteString
    }

    /// A program that wrote a file, or started one that did.
    public struct Program: Hashable, Sendable {
        /// The number of its process inside.
        public var process: Int32
        /// Its file, and its arguments.
        public var path: ByteString
        public var arguments: [ByteString]
        /// What it opened to read, the build folder's own files first; folders end in a slash.
        public var read: [ByteString]
        /// How many more those were.
        public var omitted: Int
    }

    /// A program that wrote a file, with those that it comes from.
    public struct Writer: Hashable, Sendable {
        /// The program.
        public var program: Program
        /// What started it, the nearest first, up to the command of the build. Of these, what was
        /// read before the file was opened last.
        public var ancestors: [Program]
    }

    /// A file that the build wrote.
    public struct File: Hashable, Sendable {
        /// Its path, relative in the build folder and absolute elsewhere; of a pipe,
        /// `pipe:[NUMBER]`.
        public var path: ByteString
        /// Whether it is an output, not only something that went into one.
        public var isOutput: Bool
        /// Who opened it to write, had it as standard output, or moved it to its place, since it
        /// was emptied last. None if nobody was seen to.
        public var writers: [Writer]
    }

    /// What was seen.
    let seen: TraceNotes
    /// The build folder.
    let folder: ByteString

    /// Calls that were watched, and those of them whose path could not be read.
    public var calls: Int { seen.calls }
    public var unread: Int { seen.unread }

    /// Whether nothing is missing that can be seen at all.
    public var isComplete: Bool { seen.unread == 0 && !seen.isFull }

    /// What the build tried to use and could not, ascending by path.
    public var undeclared: [Undeclared] {
        seen.misses.keys.sorted().compactMap { path in
            seen.misses[path].map { undeclared(path, $0) }
        }
    }

    /// The latest things that the build tried to use and could not, but for what it then found in
    /// another folder, and for what the C library and the dynamic loader ask for in every program
    /// and do without. Those that it only looked for count if there are no others.
    public func lastUndeclared(_ count: Int) -> [Undeclared] {
        let missed = seen.misses.filter {
            !$0.value.isFoundElsewhere && !BuildTrace.isUsual($0.key)
        }
        .sorted { $0.value.time > $1.value.time }
        let tried = missed.filter { $0.value.attempt != .looked }
        return (tried.isEmpty ? missed : tried).prefix(count).map { undeclared($0.key, $0.value) }
    }

    private func undeclared(_ path: ByteString, _ miss: TraceNotes.Miss) -> Undeclared {
        Undeclared(
            path: path, reason: miss.attempt, program: seen.processes.programs[miss.program].path)
    }

    /// Whether programs ask for a file without having been told to.
    static func isUsual(_ path: ByteString) -> Bool {
        let files: [ByteString] = [
            "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/nsswitch.conf",
            "/etc/host.conf", "/etc/resolv.conf", "/etc/gai.conf",
        ]
        let folders = [
            "/proc/", "/sys/", "/dev/", "/usr/share/locale/", "/usr/lib/locale/",
            "/usr/share/zoneinfo/",
        ]
        return files.contains(path) || folders.contains { path.hasPrefix($0) }
    }
}

extension BuildTrace.Undeclared {
    /// What was tried, for people.
    public var text: String {
        switch reason {
        case .opened: "to open \(path.escaped), which was not declared"
        case .started: "to start \(path.escaped), which was not declared"
        case .looked: "to find \(path.escaped), which was not declared"
        case .unreadable: "to open \(path.escaped), which it may not read"
        }
    }
}
