import Bytes

/// What an unpacked member is.
public struct Seen: Hashable, Sendable, Comparable {
    /// The path, without slashes at its end.
    public var path: ByteString
    /// A letter for the kind: `f` file, `d` folder, or the typeflag of tar.
    public var kind: Unicode.Scalar
    /// The permissions, where the format has them.
    public var mode: Int
    /// The target of a link.
    public var link: ByteString
    /// The content.
    public var content: [UInt8]

    /// A member.
    public init(
        path: ByteString, kind: Unicode.Scalar, mode: Int, link: ByteString, content: [UInt8]
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.link = link
        self.content = content
    }

    /// Orders members by path, then by content.
    public static func < (left: Seen, right: Seen) -> Bool {
        left.path != right.path
            ? left.path < right.path
            : left.content.lexicographicallyPrecedes(right.content)
    }
}

/// A second reader of gzip, tar, zip, ar, cpio and rpm that shares no code with the rooms under
/// test: short, lenient where real readers are, and only good enough to say what an artifact
/// unpacks to.
public enum IndependentReader {
    /// What `bytes` unpack to, compressed files looked through; `nil` if this reader cannot tell.
    public static func read(_ bytes: [UInt8]) -> [Seen]? {
        if bytes.starts(with: [0x1f, 0x8b, 8]) { return gzip(bytes).flatMap { read($0) } }
        if bytes.starts(with: [0xfd, 0x37, 0x7a]) { return XzCodec.decode(bytes).flatMap(read) }
        if bytes.starts(with: [0x28, 0xb5, 0x2f]) { return ZstdCodec.decode(bytes).flatMap(read) }
        if bytes.starts(with: Array("BZh".utf8)) { return Bzip2Codec.decode(bytes).flatMap(read) }
        if bytes.starts(with: [4, 0x22, 0x4d]) { return Lz4Codec.decode(bytes).flatMap(read) }
        if bytes.starts(with: Array("LZIP".utf8)) { return LzipCodec.decode(bytes).flatMap(read) }
        if ["PK", "JM\u{1}\u{0}", "#!"].contains(where: { bytes.starts(with: Array($0.utf8)) }) {
            return zip(bytes)
        }
        if bytes.starts(with: Array("!<arch>\n".utf8)) { return ar(bytes) }
        if bytes.starts(with: [0xed, 0xab, 0xee, 0xdb]) { return rpm(bytes) }
        if bytes.starts(with: Array("0707".utf8)) { return cpio(bytes) }
        if let members = tar(bytes) { return members }
        if let content = ZlibCodec.decode(bytes) { return read(content) }
        return [Seen(path: "", kind: "f", mode: 0, link: "", content: bytes)]
    }

    /// The content of gzip members one after another, checksums aside.
    public static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count > 18 else { return nil }
        var at = 10
        if bytes[3] & 4 != 0 { at += 2 + Int(ByteOrder.little(bytes[10..<12])) }
        for flag: UInt8 in [8, 16] where bytes[3] & flag != 0 {
            guard at < bytes.count, let end = bytes[at...].firstIndex(of: 0) else { return nil }
            at = end + 1
        }
        if bytes[3] & 2 != 0 { at += 2 }
        guard at < bytes.count, let body = Deflate.decode(bytes[at...]) else { return nil }
        let rest = Array(bytes.dropFirst(at + body.used + 8))
        guard rest.starts(with: [0x1f, 0x8b]) else { return body.content }
        return gzip(rest).map { body.content + $0 }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> ByteString {
        ByteString(bytes.prefix { $0 != 0 })
    }

    private static func octal(_ bytes: ArraySlice<UInt8>) -> Int? {
        let digits = bytes.drop { $0 == 0x20 }.prefix { (0x30...0x37).contains($0) }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// The name in a tar header, with the prefix of a POSIX one.
    private static func name(of block: ArraySlice<UInt8>) -> ByteString {
        let at = block.startIndex
        let name = text(block[at..<at + 100])
        let prefix = text(block[at + 345..<at + 500])
        guard block[at + 257..<at + 263].elementsEqual("ustar\u{0}".utf8), !prefix.isEmpty else {
            return name
        }
        return ByteString(prefix.bytes + [0x2f] + name.bytes)
    }

    /// The members of a tar, in order; `nil` without a header in front.
    public static func tar(_ bytes: [UInt8]) -> [Seen]? {
        var members: [Seen] = []
        var at = 0
        var path: ByteString?
        while at + 512 <= bytes.count, bytes[at] != 0 {
            let block = bytes[at..<at + 512]
            let sum =
                block.reduce(256) { $0 + Int($1) }
                - block[at + 148..<at + 156].reduce(0) {
                    $0 + Int($1)
                }
            guard octal(block[at + 148..<at + 156]) == sum,
                let size = octal(block[at + 124..<at + 136]), at + 512 + size <= bytes.count
            else { return nil }
            let content = Array(bytes[at + 512..<at + 512 + size])
            let type = Unicode.Scalar(block[at + 156] == 0 ? 0x30 : block[at + 156])
            if type == "L" {
                path = text(content[...])
            } else if type == "x" {
                path = paxPath(content) ?? path
            } else {
                let bare = (path ?? name(of: block)).bytes.reversed()
                    .drop { $0 == 0x2f }.reversed()
                members.append(
                    Seen(
                        path: ByteString(Array(bare)), kind: type,
                        mode: (octal(block[at + 100..<at + 108]) ?? 0) & 0o7777,
                        link: text(block[at + 157..<at + 257]), content: content))
                path = nil
            }
            at += 512 + (size + 511) / 512 * 512
        }
        return members.isEmpty ? nil : members
    }

    private static func paxPath(_ records: [UInt8]) -> ByteString? {
        let key = Array(" path=".utf8)
        return records.split(separator: 0x0a).compactMap { line -> ByteString? in
            let rest = line.drop { (0x30...0x39).contains($0) }
            return rest.starts(with: key) ? ByteString(rest.dropFirst(key.count)) : nil
        }.last
    }

    /// The members of a zip by its central directory; `nil` if it has none.
    public static func zip(_ bytes: [UInt8]) -> [Seen]? {
        guard bytes.count >= 22,
            let end = (0...bytes.count - 22).last(where: {
                bytes[$0...].starts(with: [0x50, 0x4b, 5, 6])
            })
        else { return nil }
        func number(_ at: Int, _ count: Int) -> Int? {
            at + count <= bytes.count ? Int(ByteOrder.little(bytes[at..<at + count])) : nil
        }
        guard let told = number(end + 16, 4), let size = number(end + 12, 4),
            let count = number(end + 10, 2), told <= bytes.count
        else { return nil }
        // Offsets count from the file or from behind what stands before the zip.
        let isAbsolute = count == 0 || bytes[told...].starts(with: [0x50, 0x4b, 1, 2])
        let shift = isAbsolute ? 0 : end - size - told
        guard shift >= 0 else { return nil }
        var at = told + shift
        var members: [Seen] = []
        for _ in 0..<count {
            guard at + 46 <= bytes.count, let packed = number(at + 20, 4),
                let name = number(at + 28, 2), let extra = number(at + 30, 2),
                let comment = number(at + 32, 2),
                let local = number(at + 42, 4).map({ $0 + shift }),
                let localName = number(local + 26, 2), let localExtra = number(local + 28, 2),
                at + 46 + name <= bytes.count
            else { return nil }
            let start = local + 30 + localName + localExtra
            guard start + packed <= bytes.count else { return nil }
            let data = bytes[start..<start + packed]
            let content = bytes[at + 10] == 8 ? Deflate.decode(data)?.content : Array(data)
            guard let content else { return nil }
            members.append(
                Seen(
                    path: ByteString(bytes[at + 46..<at + 46 + name]), kind: "f",
                    mode: Int(ByteOrder.little(bytes[at + 40..<at + 42])), link: "",
                    content: content))
            at += 46 + name + extra + comment
        }
        return members
    }

    /// The members of an ar, names as they stand; those that are archives are looked into.
    public static func ar(_ bytes: [UInt8]) -> [Seen]? {
        var members: [Seen] = []
        var at = 8
        while at + 60 <= bytes.count {
            let digits = bytes[at + 48..<at + 58].prefix { (0x30...0x39).contains($0) }
            guard let size = Int(String(decoding: digits, as: UTF8.self)),
                at + 60 + size <= bytes.count
            else { return nil }
            let content = Array(bytes[at + 60..<at + 60 + size])
            let name = ByteString(bytes[at..<at + 16].reversed().drop { $0 == 0x20 }.reversed())
            let mode = octal(bytes[at + 40..<at + 48]) ?? 0
            for var inner in read(content) ?? [
                Seen(path: "", kind: "?", mode: 0, link: "", content: content)
            ] {
                inner.path = ByteString(name.bytes + [0x21] + inner.path.bytes)
                inner.mode |= mode << 16
                members.append(inner)
            }
            at += 60 + size + size % 2
        }
        return members
    }
}
