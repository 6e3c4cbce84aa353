import Bytes
import CLauncher
import Glibc
import Signing

/// A program that signs what it reads. No shell is involved, and its word is not taken for it: what
/// it writes has to verify.
struct SigningProgram {
    /// What verifies its signatures.
    let publicKey: PublicKey
    /// As typed; a name without a slash is looked for as a shell would.
    private let path: Path

    /// The program at `path`, which signs for `publicKey`.
    init(_ path: Path, _ publicKey: PublicKey) {
        (self.path, self.publicKey) = (path, publicKey)
    }

    /// What the program writes when it reads `message`.
    ///
    /// - Throws: ``Trouble`` if it cannot be run, fails, or writes nothing or more than a signature.
    func sign(_ message: [UInt8]) throws -> [UInt8] {
        // A file in memory instead of a pipe: the program may write before it has read all.
        let input = tally_memory_file()
        guard input >= 0 else { throw failure(errno) }
        defer { close(input) }
        try Console.write(message, to: input, path.shown)
        guard lseek(input, 0, SEEK_SET) == 0 else { throw failure(errno) }
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw failure(errno) }
        // No other program is started meanwhile, which could inherit them.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let child: pid_t
        do {
            defer { close(ends[1]) }
            child = try start(input: input, output: ends[1])
        } catch {
            close(ends[0])
            throw error
        }
        let limit = publicKey.signatureLimit
        let signature = read(ends[0], atMost: limit + 1)
        close(ends[0])
        let isTooLong = signature.count > limit
        if isTooLong { kill(child, SIGKILL) }
        let ending = try wait(for: child)
        guard !isTooLong, !signature.isEmpty || ending != nil else {
            throw Trouble(
                "\(path.shown) wrote \(isTooLong ? "over \(limit) bytes" : "nothing"), where a "
                    + "signature was expected")
        }
        if let ending { throw Trouble("\(path.shown) \(ending)") }
        return signature
    }

    /// Starts the program with this one's environment and standard error.
    private func start(input: Int32, output: Int32) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // This program ignores SIGPIPE, which is no business of another.
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var name = path.terminated
        var child: pid_t = 0
        let result = unsafe name.withUnsafeMutableBufferPointer { name in
            var words: [UnsafeMutablePointer<CChar>?] = unsafe [name.baseAddress, nil]
            guard let file = name.baseAddress else { return ENOENT }
            return unsafe posix_spawnp(
                &child, file, &actions, &attributes, &words, tally_environment())
        }
        guard result == 0 else { throw failure(result) }
        return child
    }

    /// Up to `limit` bytes; then nobody reads on, and who writes on is stopped by it.
    private func read(_ descriptor: Int32, atMost limit: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: filled), limit - filled)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }

    /// Waits for the end; how it ended, unless well.
    private func wait(for child: pid_t) throws -> String? {
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        guard status != 0 else { return nil }
        let signal = status & 0x7f
        return signal == 0
            ? "failed with exit status \(status >> 8 & 0xff)" : "was ended by signal \(signal)"
    }

    /// That it could not be run.
    private func failure(_ number: Int32) -> Trouble {
        Trouble("cannot run \(path.shown): \(errorText(number))")
    }
}
