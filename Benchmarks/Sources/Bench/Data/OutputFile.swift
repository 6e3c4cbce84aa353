import Glibc

/// Something that the system refused.
struct DiskError: Error, CustomStringConvertible {
    let description: String

    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}

/// A file being written from its start to its end.
///
/// All files have one time, because diffoscope looks at times.
final class OutputFile {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    /// Bytes written.
    private(set) var size = 0

    init(_ path: String) throws {
        guard let file = fopen(path, "wb") else { throw DiskError("cannot write \(path)") }
        self.path = path
        self.file = file
    }

    func write(_ bytes: [UInt8]) throws {
        guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
            throw DiskError("cannot write \(path)")
        }
        size += bytes.count
    }

    /// Appends a file.
    func copy(_ path: String) throws {
        guard let source = fopen(path, "rb") else { throw DiskError("cannot read \(path)") }
        defer { fclose(source) }
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&block, 1, block.count, source)
            guard count > 0 else { break }
            try write(count == block.count ? block : Array(block.prefix(count)))
        }
    }

    func close() throws {
        guard fclose(file) == 0 else { throw DiskError("cannot write \(path)") }
        Disk.stamp(path)
    }
}
