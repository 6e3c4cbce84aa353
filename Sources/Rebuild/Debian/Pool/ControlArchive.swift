import Bytes
import Codecs

/// The plainest of control archives, read in this process: a tar of ordinary short-named files, as
/// dpkg writes it, plain or as .xz or .zst. Starting a reader takes longer than reading these, and
/// a pool has thousands. Everything else is the confined reader's.
struct ControlArchive {
    /// Files by their names, without `./`.
    private(set) var files: [ByteString: [UInt8]] = [:]

    private static let block = 512
    /// Bytes of all files together.
    private static let limit = 64 << 20

    /// Reads an archive; `nil` if it is not of the plainest kind.
    init?(_ source: any RandomSource) {
        guard let content = try? ControlArchive.content(of: source) else { return nil }
        let reader = ByteReader(content)
        while true {
            guard let header = try? reader.take(ControlArchive.block, "a header") else {
                return nil
            }
            if header.allSatisfy({ $0 == 0 }) { break }
            guard let (name, size, isFile) = ControlArchive.member(header) else { return nil }
            guard isFile else { continue }
            guard reader.offset + UInt64(size) < UInt64(ControlArchive.limit),
                let bytes = try? reader.take(size, "a file"),
                let padding = try? reader.skip(UInt64(-size & 511)), padding == UInt64(-size & 511),
                files.updateValue(bytes, forKey: name) == nil
            else { return nil }
        }
        guard ControlArchive.isPadding(reader) else { return nil }
    }

    /// Whether nothing but zeros follows, up to the end of what is compressed.
    private static func isPadding(_ reader: ByteReader) -> Bool {
        do throws(SourceError) {
            while let chunk = try reader.takeChunk() {
                guard chunk.allSatisfy({ $0 == 0 }) else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private static func content(of source: any RandomSource) throws(SourceError) -> any Source {
        let start = try source.read(ByteRange(start: 0, length: min(4, source.size)))
        let reader = ByteReader(RangeSource(source))
        if start == [0xfd, 0x37, 0x7a, 0x58] { return Unxz(reader) }
        if start == [0x28, 0xb5, 0x2f, 0xfd] { return Unzstd(reader) }
        return reader
    }

    /// Name, size and whether it is a file, of a member that is a plain file or a folder.
    private static func member(_ header: [UInt8]) -> (ByteString, Int, Bool)? {
        let sum = header.enumerated().reduce(0) { sum, byte in
            sum + ((148..<156).contains(byte.offset) ? 0x20 : Int(byte.element))
        }
        guard header[257..<262].elementsEqual("ustar".utf8), number(header[148..<156]) == sum,
            let size = number(header[124..<136]), size < limit,
            // Neither a prefix before the name, nor a link behind it.
            header[345..<500].allSatisfy({ $0 == 0 }), header[157] == 0
        else { return nil }
        let field = header[0..<100].prefix { $0 != 0 }
        let name = ByteString(field.starts(with: "./".utf8) ? field.dropFirst(2) : field)
        switch header[156] {
        case UInt8(ascii: "0"):
            return name.isFileName && field.count < 100 ? (name, size, true) : nil
        case UInt8(ascii: "5"): return name.isEmpty && size == 0 ? (name, 0, false) : nil
        default: return nil
        }
    }

    /// Octal digits, ended by a zero byte or a space.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, field.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == 0x20 })
        else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }
}
