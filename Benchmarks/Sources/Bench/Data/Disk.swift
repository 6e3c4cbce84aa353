import Glibc

/// What is done to whole files and folders.
enum Disk {
    /// Writes a file.
    static func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = try OutputFile(path)
        try file.write(bytes)
        try file.close()
    }

    /// Writes a file of `size` bytes that do not compress.
    static func write(_ path: String, size: Int, seed: UInt64) throws {
        let file = try OutputFile(path)
        var random = SeededGenerator(seed)
        while file.size < size { try file.write(random.bytes(min(1 << 20, size - file.size))) }
        try file.close()
    }

    /// A copy of a file, with the byte at `offset` changed if one is given.
    static func copy(_ path: String, to target: String, changing offset: Int? = nil) throws {
        let file = try OutputFile(target)
        try file.copy(path)
        try file.close()
        guard let offset else { return }
        let descriptor = open(target, O_RDWR)
        defer { Glibc.close(descriptor) }
        var byte: UInt8 = 0
        guard pread(descriptor, &byte, 1, offset) == 1 else {
            throw DiskError("cannot read \(target)")
        }
        // Letters remain letters.
        byte ^= 1
        guard pwrite(descriptor, &byte, 1, offset) == 1 else {
            throw DiskError("cannot write \(target)")
        }
        stamp(target)
    }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw DiskError("cannot make \(path)")
        }
    }

    /// Gives a file or folder the time that all have.
    static func stamp(_ path: String) {
        let time = timespec(tv_sec: 1_700_000_000, tv_nsec: 0)
        utimensat(AT_FDCWD, path, [time, time], 0)
    }

    /// The size of a file; zero if there is none.
    static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    /// Bytes free for files below `path`.
    static func free(_ path: String) -> Int {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return 0 }
        return Int(facts.f_bavail) * Int(facts.f_frsize)
    }

    /// The first bytes of a file as text, enough for any report for people.
    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    /// The first MiB of a file; nothing if it cannot be read.
    static func bytes(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
