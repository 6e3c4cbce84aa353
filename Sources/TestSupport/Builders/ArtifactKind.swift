import Bytes

/// The kinds of artifact that properties are checked on, each made from a seed in two builds that
/// differ only in what the default profile tolerates.
public enum ArtifactKind: String, Sendable, CaseIterable {
    case gzip, gzipMembers, xz, xzBlocks, zstd, zstdPlain, bzip2, zlib, lz4, lz4Blocks, lzip
    case tarOld, tarUstar, tarPax, tarGNU, tarGzip, tarXz, tarZstd, tarBzip2
    case zip, zipStreamed, zipStored, zipWide, ar, deb
    case jar, epub, zipapp, jmod, zipGaps
    case cpioNewc, cpioCrc, cpioOdc, rpm

    /// Two builds, and the rules that name all their differences.
    public struct Pair: Sendable {
        /// The first build.
        public let first: [UInt8]
        /// The second.
        public let second: [UInt8]
        /// The names of the rules.
        public let rules: Set<String>
    }

    /// Two builds of the same things.
    public func pair(_ seed: UInt64) -> Pair {
        var random = SeededGenerator(seed)
        switch self {
        case .gzip, .gzipMembers: return gzip(&random)
        case .xz, .xzBlocks, .zstd, .zstdPlain, .bzip2, .zlib, .lz4, .lz4Blocks, .lzip:
            return stream(&random)
        case .tarOld: return ArtifactKind.tar(.old, &random)
        case .tarUstar: return ArtifactKind.tar(.ustar, &random)
        case .tarPax: return ArtifactKind.tar(.pax, &random)
        case .tarGNU: return ArtifactKind.tar(.gnu, &random)
        case .tarGzip, .tarXz, .tarZstd, .tarBzip2: return compressedTar(&random)
        case .zip, .zipStreamed, .zipStored, .zipWide: return zip(&random)
        case .jar, .epub, .zipapp, .jmod, .zipGaps: return zipFamily(&random)
        case .ar: return ArtifactKind.ar(&random)
        case .deb: return ArtifactKind.deb(&random)
        case .cpioNewc: return CpioBuilder.pair(.newc, &random)
        case .cpioCrc: return CpioBuilder.pair(.crc, &random)
        case .cpioOdc: return CpioBuilder.pair(.odc, &random)
        case .rpm: return RpmBuilder.pair(&random)
        }
    }

    // MARK: Streams

    private func gzip(_ random: inout SeededGenerator) -> Pair {
        let content = random.text(300 + random.below(200))
        var first = GzipBuilder()
        first.mtime = UInt32(random.below(1 << 30))
        var second = first
        second.mtime += 1
        second.name = "other"
        second.system = 255
        second.extraFlags = 2
        second.level = 0
        second.hasHeaderChecksum = random.once(in: 2)
        let rules: Set = ["gzip.mtime", "gzip.name", "gzip.os", "gzip.compression"]
        guard self == .gzipMembers else {
            return Pair(first: first.build(content), second: second.build(content), rules: rules)
        }
        let half = Array(content.prefix(content.count / 2))
        let rest = Array(content.dropFirst(half.count))
        return Pair(
            first: first.build(half) + first.build(rest),
            second: second.build(half) + second.build(rest), rules: rules)
    }

    private func stream(_ random: inout SeededGenerator) -> Pair {
        let content = random.text(700 + random.below(300))
        switch self {
        case .xz:
            return Pair(
                first: XzCodec.encode(content, level: 6),
                second: XzCodec.encode(content, level: 1, check: .sha256),
                rules: ["xz.compression"])
        case .xzBlocks:
            return Pair(
                first: XzCodec.encode(content, check: .none),
                second: XzCodec.encode(content, check: .crc32, blockSize: 300),
                rules: ["xz.compression"])
        case .bzip2:
            return Pair(
                first: Bzip2Codec.encode(content, level: 9),
                second: Bzip2Codec.encode(content, level: 1), rules: ["bzip2.compression"])
        case .zlib:
            return Pair(
                first: ZlibCodec.encode(content, level: 9, flevel: 3),
                second: ZlibCodec.encode(content, level: 1, flevel: 0),
                rules: ["zlib.compression"])
        case .lz4, .lz4Blocks:
            return Pair(
                first: Lz4Codec.encode(content, hasChecksum: self == .lz4),
                second: Lz4Codec.encode(content, level: 12, isDetailed: self == .lz4Blocks),
                rules: ["lz4.compression"])
        case .lzip:
            return Pair(
                first: LzipCodec.encode(content),
                second: LzipCodec.encode(content, level: 0, dictionary: 12),
                rules: ["lzip.compression"])
        default:
            let isSummed = self == .zstd
            return Pair(
                first: ZstdCodec.encode(content, level: 1, hasChecksum: isSummed),
                second: ZstdCodec.encode(content, level: 19, hasChecksum: isSummed),
                rules: ["zstd.compression"])
        }
    }

    // MARK: Archives

    private static func tar(
        _ dialect: TarBuilder.Dialect, _ random: inout SeededGenerator, ownersDiffer: Bool = true
    ) -> Pair {
        var rules: Set = ["tar.mtime", "tar.order", "tar.blocking"]
        if ownersDiffer { rules.insert("tar.owner") }
        var folder = TarBuilder.Entry("d/")
        folder.type = "5"
        folder.mode = 0o755
        var files = ["d/one", "d/two", "three"].map { name in
            TarBuilder.Entry(ByteString(name), random.text(random.below(700)))
        }
        files[2].mode = 0o755
        if dialect == .pax || dialect == .gnu {
            files[1].name = ByteString("d/" + String(repeating: "long", count: 30))
        }
        var first = TarBuilder([folder] + files)
        for index in first.entries.indices { first.entries[index].dialect = dialect }
        var second = first
        for index in second.entries.indices {
            second.entries[index].mtime = 1 + random.below(1 << 30)
            if ownersDiffer { second.entries[index].user = 1000 }
            if ownersDiffer, dialect != .old { second.entries[index].groupName = "users" }
            guard dialect == .pax else { continue }
            first.entries[index].mtime = 5
            second.entries[index].mtime = 7
            first.entries[index].records = [("mtime", Array("5.25".utf8))]
            second.entries[index].records = [
                ("mtime", Array("6.5".utf8)), ("atime", Array("7".utf8)),
            ]
            rules.insert("tar.atime")
        }
        // The second header of a pax pair has one more record: its numbers are spelt otherwise.
        if dialect == .pax { rules.insert("tar.encoding") }
        second.entries.swapAt(1, 3)
        second.endBlocks = 18
        return Pair(first: first.build(), second: second.build(), rules: rules)
    }

    private func compressedTar(_ random: inout SeededGenerator) -> Pair {
        let inner = ArtifactKind.tar(.ustar, &random)
        var header = GzipBuilder()
        header.level = 9
        var later = header
        later.mtime = 77
        later.level = 1
        switch self {
        case .tarGzip:
            return Pair(
                first: header.build(inner.first), second: later.build(inner.second),
                rules: inner.rules.union(["gzip.mtime"]))
        case .tarXz:
            return Pair(
                first: XzCodec.encode(inner.first), second: XzCodec.encode(inner.second),
                rules: inner.rules)
        case .tarZstd:
            return Pair(
                first: ZstdCodec.encode(inner.first), second: ZstdCodec.encode(inner.second),
                rules: inner.rules)
        default:
            return Pair(
                first: Bzip2Codec.encode(inner.first), second: Bzip2Codec.encode(inner.second),
                rules: inner.rules)
        }
    }

    private func zip(_ random: inout SeededGenerator) -> Pair {
        var rules: Set = ["zip.mtime", "zip.entry-order"]
        var first = ZipBuilder(
            ["a", "b/c", "größe"].map { name in
                ZipBuilder.Entry(ByteString(name), random.text(200 + random.below(300)))
            })
        first.entries[2].flags = 0x800
        first.isWide = self == .zipWide
        if self == .zipStored {
            for index in first.entries.indices { first.entries[index].method = 0 }
        }
        var second = first
        for index in second.entries.indices {
            second.entries[index].time += UInt32(1 + random.below(1000))
            second.entries[index].extra = [0x55, 0x54, 5, 0, 1] + random.bytes(4)
            second.entries[index].level = 0
            second.entries[index].isStreamed = self == .zipStreamed
        }
        if self != .zipStored { rules.insert("zip.compression") }
        if self == .zipStreamed { rules.insert("zip.streaming") }
        second.entries.swapAt(0, 2)
        return Pair(first: first.build(), second: second.build(), rules: rules)
    }

    /// A zip with a first entry or bytes that mean something. Its last two members change places
    /// where they may.
    private func zipFamily(_ random: inout SeededGenerator) -> Pair {
        var names: [ByteString] = ["__main__.py", "a/b", "c"]
        if self == .jar { names.insert(contentsOf: ["META-INF/", "META-INF/MANIFEST.MF"], at: 0) }
        if self == .epub {
            names.insert(contentsOf: ["mimetype", "META-INF/container.xml"], at: 0)
        }
        var first = ZipBuilder(
            names.map { name in
                var entry = ZipBuilder.Entry(name)
                if name.hasSuffix("/") || name == "mimetype" { entry.method = 0 }
                if !name.hasSuffix("/") { entry.content = random.text(100 + random.below(100)) }
                return entry
            })
        switch self {
        case .zipapp: first.prefix = Array("#!/usr/bin/env python3\n".utf8)
        case .jmod:
            first.prefix = [0x4a, 0x4d, 1, 0]
            first.isRelative = true
        case .zipGaps:
            first.entries[1].gap = random.bytes(1 + random.below(20))
            first.gap = random.bytes(1 + random.below(20))
            first.trailer = random.bytes(1 + random.below(20))
        default: break
        }
        var second = first
        for index in second.entries.indices { second.entries[index].time += 1 }
        guard self != .zipGaps else {
            return Pair(first: first.build(), second: second.build(), rules: ["zip.mtime"])
        }
        second.entries.swapAt(names.count - 1, names.count - 2)
        return Pair(
            first: first.build(), second: second.build(), rules: ["zip.mtime", "zip.entry-order"])
    }

    private static func ar(_ random: inout SeededGenerator) -> Pair {
        var first = ArBuilder([
            ArBuilder.Entry("//", Array("a_rather_long_name.o/\n".utf8)),
            ArBuilder.Entry("one.o/", random.bytes(51 + random.below(50))),
            ArBuilder.Entry("/0", random.bytes(50 + random.below(50))),
        ])
        first.entries[2].mode = "644"
        var second = first
        for index in [1, 2] {
            second.entries[index].mtime = String(1 + random.below(1 << 30))
            second.entries[index].user = "1000"
        }
        return Pair(
            first: first.build(), second: second.build(), rules: ["ar.mtime", "ar.owner"])
    }

    private static func deb(_ random: inout SeededGenerator) -> Pair {
        let control = tar(.gnu, &random, ownersDiffer: false)
        let data = tar(.ustar, &random, ownersDiffer: false)
        func package(_ control: [UInt8], _ data: [UInt8], level: UInt32, mtime: Int) -> [UInt8] {
            ArBuilder.package(
                control: XzCodec.encode(control, level: level),
                data: XzCodec.encode(data, level: level), mtime: mtime
            ).build()
        }
        return Pair(
            first: package(control.first, data.first, level: 6, mtime: 1),
            second: package(control.second, data.second, level: 0, mtime: 2),
            rules: ["ar.mtime", "tar.mtime", "tar.order", "tar.blocking"])
    }
}
