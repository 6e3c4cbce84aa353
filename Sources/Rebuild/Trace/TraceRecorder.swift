import Bytes
import CLauncher
import Glibc

/// Takes note of what the processes of a build do with files, call by call.
struct TraceRecorder {
    private let root: InsideRoot
    /// What was seen so far.
    private(set) var notes: TraceNotes

    /// - Parameter first: the first process of the sandbox, by its number here.
    init(_ root: InsideRoot, first: Int32) {
        self.root = root
        notes = TraceNotes(first: first)
    }

    /// Takes note of a call whose caller waits.
    ///
    /// - Parameter isValid: whether it still does, so that what was read is its own.
    mutating func take(_ call: tally_call, isValid: () -> Bool) {
        guard notes.begin() else { return }
        if call.kind == TALLY_CALL_LOOK { return look(call, isValid: isValid) }
        let path = TraceRecorder.path(call.process, call.folder, call.path)
        let hasSource = call.kind == TALLY_CALL_RENAME || call.kind == TALLY_CALL_LINK
        let source =
            hasSource ? TraceRecorder.path(call.process, call.source_folder, call.source) : nil
        let flags = CallerMemory.flags(of: call)
        guard isValid() else { return }
        guard let path, source != nil || !hasSource else {
            return notes.addUnread()
        }
        switch call.kind {
        case TALLY_CALL_EXECUTE: execute(path, call.process)
        case TALLY_CALL_OPEN: open(path, flags, call.process)
        case TALLY_CALL_SYMLINK:
            guard let program = notes.processes.program(of: call.process) else { return }
            notes.write(root.place(of: path, follows: false).path, program, empties: true)
        default:
            guard let source, let program = notes.processes.program(of: call.process) else {
                return
            }
            move(source, to: path, program, keeps: call.kind == TALLY_CALL_LINK)
        }
    }

    /// An absolute path of a call; `nil` if it cannot be read, or is empty as for what is open
    /// already.
    private static func path(
        _ thread: Int32, _ folder: Int32, _ address: UInt64
    ) -> ByteString? {
        guard let text = CallerMemory.text(thread, address), !text.isEmpty else { return nil }
        if text.bytes.first == 0x2f { return text }
        let link = folder == AT_FDCWD ? "/proc/\(thread)/cwd" : "/proc/\(thread)/fd/\(folder)"
        return SystemFile.link(ByteString(link))?.appending(text)
    }

    // MARK: Calls

    /// `O_PATH`, which Glibc keeps from Swift.
    private static let named: Int32 = 0o10_000_000

    private mutating func open(_ path: ByteString, _ flags: Int32, _ thread: Int32) {
        guard let program = notes.processes.program(of: thread) else { return }
        // With O_NOFOLLOW nothing is opened that following would lead elsewhere.
        let place = root.place(of: path, follows: true)
        if flags & O_ACCMODE != O_RDONLY {
            notes.write(place.path, program, empties: flags & (O_TRUNC | O_EXCL) != 0)
            return
        }
        // What is opened to be named later is not read, nor is a file that was asked for as a
        // folder.
        let isNamed = flags & TraceRecorder.named != 0
        let isRefused = flags & O_DIRECTORY != 0 && place.state == .file
        guard !isNamed, !isRefused, !place.path.hasPrefix("/dev/") else { return }
        switch place.state {
        case .file, .other:
            notes.read(place.path, program)
            notes.find(path.lastName, program)
        case .folder: notes.read(place.path.appending(""), program)
        case .unreadable: notes.miss(place.path, program, .unreadable)
        case .absent:
            if path.hasPrefix("/proc/") {
                // Who asks for itself is found there by nobody else.
                notes.read(InsideRoot.plain(path), program)
            } else if flags & O_CREAT == 0 {
                notes.miss(path, program, .opened)
            }
        }
    }

    /// A program asks whether there is a file: of interest only where there is none, as many then
    /// do not try to open it.
    private mutating func look(_ call: tally_call, isValid: () -> Bool) {
        guard let path = TraceRecorder.path(call.process, call.folder, call.path), isValid(),
            !path.hasPrefix("/proc/")
        else { return }
        let isAbsent = root.place(of: path, follows: true).state == .absent
        guard isAbsent ? TraceNotes.isFileHere(path) : notes.hasMissed(path.lastName),
            let program = notes.processes.program(of: call.process)
        else { return }
        if isAbsent {
            notes.miss(path, program, .looked)
        } else {
            notes.find(path.lastName, program)
        }
    }

    private mutating func execute(_ path: ByteString, _ thread: Int32) {
        let place = root.place(of: path, follows: true)
        if let program = notes.processes.program(of: thread) {
            guard place.state == .file || place.state == .unreadable else {
                return notes.miss(path, program, .started)
            }
            notes.find(path.lastName, program)
        }
        guard let program = notes.processes.start(place.path, by: thread) else { return }
        // What it inherits open: pipes, and files that a shell has opened for it.
        if let input = TraceRecorder.stream(0, of: thread) { notes.read(input, program) }
        for number in 1...2 {
            guard let output = TraceRecorder.stream(number, of: thread) else { continue }
            notes.write(output, program, empties: false)
        }
    }

    /// What a thread has open under a number, if that is a pipe or a file.
    private static func stream(_ number: Int, of thread: Int32) -> ByteString? {
        guard let path = SystemFile.link(ByteString("/proc/\(thread)/fd/\(number)")) else {
            return nil
        }
        let isFile = path.hasPrefix("/") && !path.hasPrefix("/dev/")
        return isFile || path.hasPrefix("pipe:") ? path : nil
    }

    private mutating func move(
        _ source: ByteString, to target: ByteString, _ program: Int, keeps: Bool
    ) {
        let old = root.place(of: source, follows: false).path
        let new = root.place(of: target, follows: false).path
        let isFolder = root.place(of: source, follows: true).state == .folder
        notes.move(old, to: new, program, takesInside: isFolder && !keeps, keeps: keeps)
    }
}
