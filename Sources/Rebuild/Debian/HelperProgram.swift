import Bytes
import CLauncher
import Glibc

/// A program of this machine that runs as a child until it ends: fixed words, no shell, nothing on
/// its standard input.
struct HelperProgram {
    /// What it left behind.
    struct Outcome {
        /// Its exit status; 128 and more if a signal ended it.
        let status: Int32
        /// What it wrote to standard output and standard error.
        let output, errors: [UInt8]

        /// The last line that it wrote to standard error, fit to be shown.
        var reason: String {
            let lines = errors.split(separator: 0x0a)
            return lines.last.map { Escape.visible($0.prefix(300)) } ?? "exit status \(status)"
        }
    }

    /// The name of the program, which `PATH` is searched for, and its arguments.
    let words: [ByteString]
    /// Where it runs; `nil` for here.
    var folder: ByteString?

    /// The first of the descriptors by which a program finds files in memory.
    private static let firstFile: Int32 = 200
    /// Bytes of output that are kept.
    private static let outputLimit: UInt64 = 256 << 20

    /// The path under which the program finds the file in memory with this index.
    static func path(ofFile index: Int) -> ByteString { ByteString("/dev/fd/\(200 + index)") }

    /// Runs it.
    ///
    /// - Parameter files: contents of files in memory, see ``path(ofFile:)``.
    /// - Throws: ``RebuildError`` with code `io` if it cannot be run.
    func run(files: [[UInt8]] = []) throws(RebuildError) -> Outcome {
        let output = try MemoryFile()
        let errors = try MemoryFile()
        var inputs: [MemoryFile] = []
        for content in files { inputs.append(try MemoryFile(content)) }
        let child = try start(output, errors, inputs)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        let signal = status & 0x7f
        return Outcome(
            status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
            output: try output.content(atMost: HelperProgram.outputLimit),
            errors: try errors.content(atMost: HelperProgram.outputLimit))
    }

    private func failure(_ number: Int32) -> RebuildError {
        let name = words.first?.escaped ?? "nothing"
        return RebuildError(.io, "cannot run \(name): \(errorText(number)); is it installed?")
    }

    private func start(
        _ output: MemoryFile, _ errors: MemoryFile, _ inputs: [MemoryFile]
    ) throws(RebuildError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)
        for (index, input) in inputs.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(
                &actions, input.descriptor, HelperProgram.firstFile + Int32(index))
        }
        if let folder {
            unsafe tally_spawn_in(&actions, folder.terminated)
        }
        var list = unsafe words.map { unsafe strdup($0.terminated) } + [nil]
        defer { unsafe list.forEach { unsafe free($0) } }
        guard unsafe list.count > 1 else { throw failure(ENOENT) }
        var environment = unsafe HelperProgram.environment()
        defer { unsafe environment.forEach { unsafe free($0) } }
        var child: pid_t = 0
        let result = unsafe tally_spawn(&child, &list, &environment, &actions)
        guard result == 0 else { throw failure(result) }
        return child
    }

    /// This program's own environment, but for the language: what programs say is read here.
    private static func environment() -> [UnsafeMutablePointer<CChar>?] {
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        guard var next = unsafe tally_environment() else { return unsafe [nil] }
        while let variable = unsafe next.pointee {
            let text = unsafe String(cString: variable)
            if !text.hasPrefix("LC_"), !text.hasPrefix("LANG") {
                unsafe copies.append(strdup(variable))
            }
            unsafe next += 1
        }
        return unsafe copies + [strdup("LC_ALL=C.UTF-8"), nil]
    }
}

/// A file in memory, without a name.
private final class MemoryFile {
    let descriptor: Int32

    /// A file with that content, to be read from its beginning.
    init(_ content: [UInt8] = []) throws(RebuildError) {
        descriptor = tally_memory_file()
        guard descriptor >= 0 else {
            throw RebuildError(.io, "no memory for a file: \(errorText(errno))")
        }
        try Files.write(content[...], to: descriptor, "a file in memory")
        lseek(descriptor, 0, SEEK_SET)
    }

    deinit { close(descriptor) }

    /// All that is in it.
    func content(atMost limit: UInt64) throws(RebuildError) -> [UInt8] {
        do throws(SourceError) {
            let file = try FileSource(descriptor: dup(descriptor), name: "a file in memory")
            return try file.read(ByteRange(start: 0, length: min(file.size, limit)))
        } catch {
            throw RebuildError(.io, error.message)
        }
    }
}
