import Glibc

extension ByteString {
    /// The path as C has it: its bytes, ended by a NUL.
    public var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

/// Calls of the system that take more than one call. What fails leaves its reason in `errno`.
public enum Posix {
    /// Writes all of `bytes` to an open file; whether that was possible.
    public static func write(_ bytes: Chunk, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// The names in a folder, without `.` and `..`, in whatever order the system has them; `nil` if
    /// it cannot be listed.
    public static func names(in folder: ByteString) -> [ByteString]? {
        names(in: unsafe open(folder.terminated, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// The names in an open folder, which this closes; `nil` if it cannot be listed, or if there is
    /// none: a descriptor below 0.
    public static func names(in descriptor: Int32) -> [ByteString]? {
        guard descriptor >= 0 else { return nil }
        guard let stream = unsafe fdopendir(descriptor) else {
            close(descriptor)
            return nil
        }
        defer { unsafe closedir(stream) }
        var names: [ByteString] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe ByteString(bytes.prefix { $0 != 0 })
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
