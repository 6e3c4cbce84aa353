import Bytes

/// The `ar` framing of a `.deb`: `debian-binary`, the control archive, the data archive, in that
/// order. Members whose names begin with `_` may stand before and after the archives; others would
/// be seen by some readers and not by others.
struct DebFrame {
    /// Where the two archives are.
    private(set) var control = ByteRange(start: 0, length: 0)
    private(set) var data = ByteRange(start: 0, length: 0)
    private let source: any RandomSource

    init(_ source: any RandomSource) { self.source = source }

    private static let magic = Array("!<arch>\n".utf8)
    private static let headerSize: UInt64 = 60

    /// Reads all headers.
    ///
    /// - Throws: ``SourceError`` if the file is no such package.
    mutating func read() throws(SourceError) {
        let magic = try bytes(0, UInt64(DebFrame.magic.count))
        guard magic == DebFrame.magic else {
            throw SourceError(.malformed, "it does not begin as one")
        }
        var offset = UInt64(magic.count)
        var expected = ["debian-binary", "control.tar", "data.tar"][...]
        while offset < source.size {
            let (name, content) = try member(at: offset)
            offset = content.end + content.length % 2
            if content.length % 2 == 1 {
                guard try bytes(content.end, 1) == [0x0a] else {
                    throw SourceError(.malformed, at: content.end, "a member is not padded")
                }
            }
            guard !name.hasPrefix("_") else {
                guard expected.count < 3 else {
                    throw SourceError(.malformed, "its first member is not debian-binary")
                }
                continue
            }
            guard let next = expected.popFirst(), DebFrame.fits(name, next) else {
                throw SourceError(
                    .malformed, "\(name.escaped) is not the member that has to stand there")
            }
            try take(name, content)
        }
        guard expected.isEmpty else {
            throw SourceError(.truncated, "it has no \(expected.first ?? "")")
        }
    }

    /// Remembers where a member is, or checks it.
    private mutating func take(_ name: ByteString, _ content: ByteRange) throws(SourceError) {
        if name == "debian-binary" {
            guard content.length == 4, try bytes(content.start, 4) == Array("2.0\n".utf8) else {
                throw SourceError(.unsupported, "its format is not 2.0")
            }
        } else if name.hasPrefix("control") {
            control = content
        } else {
            data = content
        }
    }

    /// Whether a name is the expected one, for an archive with the suffix of its compression.
    private static func fits(_ name: ByteString, _ expected: String) -> Bool {
        guard name.hasPrefix(expected) else { return false }
        let suffix = String(decoding: name.bytes.dropFirst(expected.utf8.count), as: UTF8.self)
        return expected == "debian-binary"
            ? suffix.isEmpty : ["", ".gz", ".xz", ".zst", ".bz2", ".lzma"].contains(suffix)
    }

    /// The name of the member whose header is at `offset`, and where its content is.
    private func member(at offset: UInt64) throws(SourceError) -> (ByteString, ByteRange) {
        let header = try bytes(offset, DebFrame.headerSize)
        let digits = header[48..<58].prefix { $0 != 0x20 }
        guard header[58...].elementsEqual([0x60, 0x0a]),
            header[48..<58].dropFirst(digits.count).allSatisfy({ $0 == 0x20 }),
            digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let size = UInt64(String(decoding: digits, as: UTF8.self)),
            size <= source.size - offset - DebFrame.headerSize
        else { throw SourceError(.malformed, at: offset, "the header of a member is broken") }
        let name = ByteString(header[..<16]).withoutBlanksBehind
        return (name, ByteRange(start: offset + DebFrame.headerSize, length: size))
    }

    private func bytes(_ start: UInt64, _ count: UInt64) throws(SourceError) -> [UInt8] {
        guard start <= source.size, count <= source.size - start else {
            throw SourceError(.truncated, at: source.size, "it ends too early")
        }
        return try source.read(ByteRange(start: start, length: count))
    }
}
