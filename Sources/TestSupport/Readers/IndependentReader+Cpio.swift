import Bytes

extension IndependentReader {
    /// The members of a cpio in ASCII, up to its trailer; `nil` if it ends before.
    public static func cpio(_ bytes: [UInt8]) -> [Seen]? {
        let isOctal = bytes.starts(with: Array("070707".utf8))
        var at = 0
        var seen: [Seen] = []
        func number(_ offset: Int, _ length: Int) -> Int? {
            let digits = bytes.dropFirst(at + offset).prefix(length)
            return Int(String(decoding: digits, as: UTF8.self), radix: isOctal ? 8 : 16)
        }
        func filled(_ end: Int) -> Int { isOctal ? end : (end + 3) / 4 * 4 }
        while true {
            guard let mode = isOctal ? number(18, 6) : number(14, 8),
                let nameSize = isOctal ? number(59, 6) : number(94, 8),
                let size = isOctal ? number(65, 11) : number(54, 8)
            else { return nil }
            let start = at + (isOctal ? 76 : 110)
            let name = ByteString(bytes.dropFirst(start).prefix(nameSize).prefix { $0 != 0 })
            let begin = filled(start + nameSize)
            if name == "TRAILER!!!" { return seen }
            guard begin + size <= bytes.count else { return nil }
            let content = Array(bytes[begin..<begin + size])
            let isLink = mode & 0o170000 == 0o120000
            let kinds: [Int: Unicode.Scalar] = [0o100000: "f", 0o040000: "d", 0o120000: "2"]
            seen.append(
                Seen(
                    path: name, kind: kinds[mode & 0o170000] ?? "o", mode: mode & 0o7777,
                    link: isLink ? ByteString(content) : "", content: isLink ? [] : content))
            at = filled(begin + size)
        }
    }
}
