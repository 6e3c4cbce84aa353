import Bytes
import Glibc

/// What a reader reads.
public enum ArchiveKind: String, Sendable {
    /// The formats that have no dissector here.
    case longTail
    /// A tar, compressed or not.
    case tar
}

/// Starts readers: children of this very program that confine themselves before the first byte.
public struct ArchiveLauncher: Sendable {
    /// The program, which runs ``ArchiveChild/run(socket:)`` when its one argument is ``argument``.
    public let program: ByteString
    /// Seconds of processor time per archive, and of silence.
    public let seconds: Int

    /// The argument that makes the program a reader.
    public static let argument = "--confined-archive-reader"

    /// A launcher of `program`.
    public init(program: ByteString, seconds: Int) {
        self.program = program
        self.seconds = seconds
    }

    /// Starts a reader of `source`.
    ///
    /// - Parameter kind: which formats it reads.
    /// - Throws: ``SourceError`` with code `io` if the child cannot be started.
    public func read(
        _ source: any RandomSource, kind: ArchiveKind = .longTail
    ) throws(SourceError) -> ArchiveReader {
        var ends: [Int32] = [-1, -1]
        // A pair of connected ends inside this machine's kernel, not a network socket.
        let type = Int32(SOCK_STREAM.rawValue) | 0o2000000
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0
        else { throw ArchiveLauncher.failure(errno) }
        defer { close(ends[1]) }
        // A child that neither answers nor ends would be waited for without end.
        var patience = timeval(tv_sec: max(1, seconds), tv_usec: 0)
        guard
            unsafe setsockopt(
                ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
                == 0
        else { throw ArchiveLauncher.failure(errno) }
        do throws(SourceError) {
            return ArchiveReader(source, socket: ends[0], child: try spawn(ends[1], kind))
        } catch {
            close(ends[0])
            throw error
        }
    }

    /// An error that names the system's reason.
    private static func failure(_ number: Int32) -> SourceError {
        SourceError(.io, "cannot start the archive reader: \(errorText(number))")
    }

    /// Starts the child with the socket as its standard input and an empty environment. What this
    /// program has opened is closed on the way (`O_CLOEXEC`); standard output and error stay open.
    private func spawn(_ socket: Int32, _ kind: ArchiveKind) throws(SourceError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, socket, 0)
        var child: pid_t = 0
        var result: Int32 = 0
        let words = ["tally", ArchiveLauncher.argument, String(seconds), kind.rawValue]
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
        result = unsafe posix_spawn(
            &child, program.terminated, &actions, nil, &arguments, &environment)
        guard result == 0 else { throw ArchiveLauncher.failure(result) }
        return child
    }
}

/// An archive being read by a confined child, pulled from here.
public final class ArchiveReader {
    /// What the child is handed pieces of; it never sees a path.
    private let source: any RandomSource
    /// This end of the socket, closed with the reader.
    private let socket: Int32
    private let child: pid_t
    /// A message that was received too early: the one behind a member's content.
    private var pending: (Wire.Tag, [UInt8])?
    /// Whether the child has said that the archive is at its end.
    private var isEnded = false
    /// Whether the child was silent for longer than it may be.
    private var hasTimedOut = false

    /// Takes over the socket and the child.
    init(_ source: any RandomSource, socket: Int32, child: pid_t) {
        self.source = source
        self.socket = socket
        self.child = child
    }

    /// Kills the child, whether it has ended or not, and waits so that it leaves no zombie.
    deinit {
        close(socket)
        kill(child, SIGKILL)
        var status: Int32 = 0
        _ = unsafe waitpid(child, &status, 0)
    }

    /// The next member; `nil` after the last.
    ///
    /// - Throws: ``SourceError`` if libarchive cannot read the archive, or the child has died.
    public func nextMember() throws(SourceError) -> ArchiveMember? {
        while true {
            let message = if let pending { pending } else { try receive() }
            pending = nil
            let (tag, body) = message
            switch tag {
            case .member:
                guard let member = ArchiveMember(body: body) else { throw died() }
                return member
            case .end: return nil
            default: continue
            }
        }
    }

    /// The next piece of the present member's content; `nil` at its end.
    public func nextChunk() throws(SourceError) -> Chunk? {
        if pending != nil { return nil }
        let message = try receive()
        guard message.0 == .data else {
            pending = message
            return nil
        }
        return message.1[...]
    }

    /// The error for a child that has gone, or says what it may not say, or nothing for too long.
    private func died() -> SourceError {
        if hasTimedOut {
            return SourceError(
                .limit,
                "the confined reader of this archive does not answer; raise --max-reader-time to "
                    + "wait longer")
        }
        return SourceError(
            .malformed,
            "the confined reader of this archive ended before the archive did; treat the file with "
                + "suspicion")
    }

    /// The next message that is not a wish for bytes; wishes are granted on the way.
    private func receive() throws(SourceError) -> (Wire.Tag, [UInt8]) {
        if isEnded { return (.end, []) }
        errno = 0
        while let (tag, body) = Wire.receive(from: socket) {
            switch tag {
            case .unconfined:
                throw SourceError(
                    .unsupported,
                    "this kernel has no seccomp to confine the reader of this archive with, so it "
                        + "is not opened; use another kernel, or unpack it elsewhere and compare "
                        + "folders")
            case .want: try grant(body)
            case .failure:
                throw SourceError(
                    .malformed, "libarchive cannot read this: " + Escape.visible(body.prefix(300)))
            case .end:
                isEnded = true
                return (.end, [])
            case .member, .data: return (tag, body)
            case .bytes: throw died()
            }
        }
        hasTimedOut = errno == EAGAIN || errno == EWOULDBLOCK
        throw died()
    }

    /// Sends the bytes that were wished for, cut to the archive's size and to 256 KiB.
    private func grant(_ body: [UInt8]) throws(SourceError) {
        guard body.count == 16 else { throw died() }
        let offset = min(ByteOrder.little(body[0..<8]), source.size)
        let length = min(ByteOrder.little(body[8..<16]), source.size - offset, 256 * 1024)
        let bytes = try source.read(ByteRange(start: offset, length: length))
        guard Wire.send(.bytes, bytes, to: socket) else { throw died() }
    }
}
