/// A tar being written (POSIX.1-1988 ustar).
struct Tar {
    private let file: OutputFile

    init(_ path: String) throws { file = try OutputFile(path) }

    /// Adds a file, and says at which offset its content lies.
    @discardableResult
    func add(_ name: String, _ content: [UInt8]) throws -> Int {
        try file.write(Tar.header(name, size: content.count))
        let start = file.size
        try file.write(content)
        try file.write([UInt8](repeating: 0, count: -content.count & 511))
        return start
    }

    func close() throws {
        try file.write([UInt8](repeating: 0, count: 1024))
        try file.close()
    }

    private static func header(_ name: String, size: Int) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, _ digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put("0000644\0" + "0000000\0" + "0000000\0", at: 100)
        put(octal(size, 11) + "\0" + octal(1_700_000_000, 11) + "\0", at: 124)
        put("        0", at: 148)
        put("ustar\0" + "00", at: 257)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, 6) + "\0 ", at: 148)
        return header
    }
}
