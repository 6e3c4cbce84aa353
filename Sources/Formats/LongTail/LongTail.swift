import Anatomy
import Archives
import Bytes

extension Format {
    /// The formats that libarchive reads, in a confined child, and that have no dissector here:
    /// *framing not accounted*, so equal members in other bytes are `different`.
    static func longTail(_ launcher: ArchiveLauncher) -> [Format] {
        let kinds: [(String, String, [Magic], String)] = [
            ("7z", "7-Zip archive", [Magic([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])], "7zFormat.txt"),
            ("iso", "ISO 9660 image", [Magic(Array("CD001".utf8), at: 32769)], "ECMA-119"),
            ("cab", "cabinet file", [Magic(Array("MSCF".utf8))], "[MS-CAB]"),
            ("rar", "RAR archive", [Magic([0x52, 0x61, 0x72, 0x21, 0x1a, 0x07])], "RAR 5.0 notes"),
            ("xar", "xar archive", [Magic(Array("xar!".utf8))], "xar(1)"),
            ("rpm", "RPM package", [Magic([0xed, 0xab, 0xee, 0xdb])], "rpm.org, package format"),
            (
                "lha", "LHA archive",
                ["-lh0-", "-lh5-", "-lh6-", "-lh7-", "-lhd-"].map { Magic(Array($0.utf8), at: 2) },
                "lha(1)"
            ),
        ]
        return kinds.map { name, title, magic, specification in
            Format(
                name: name, title: title, shape: .archive, magic: magic, access: .random,
                isFramingAccounted: false, specification: specification,
                fields: [
                    FieldKind("archive.mode", "type and permissions"),
                    FieldKind("archive.link", "the target of a link"),
                ],
                expand: { run in LongTailDissector.expand(run) },
                dissect: { layer, _ throws(SourceError) in
                    LongTailDissector(try launcher.read(layer.random()))
                })
        }
    }
}

/// Members as a confined reader reports them; no tiles.
private final class LongTailDissector: Dissector {
    /// The child and its socket; they end with this.
    private let reader: ArchiveReader

    init(_ reader: ArchiveReader) { self.reader = reader }

    /// The present member's content, to be read before the next member is asked for.
    private final class Content: BufferedSource {
        /// Held so that the child lives as long as its content is read.
        let reader: ArchiveReader
        init(_ reader: ArchiveReader) { self.reader = reader }
        override func produce() throws(SourceError) -> Chunk? { try reader.nextChunk() }
    }

    /// The next member, with its mode and link as a run that has no place in the layer: no byte of
    /// the framing is accounted for.
    func next() throws(SourceError) -> Part? {
        guard let member = try reader.nextMember() else { return nil }
        let mode = Array(("0" + String(member.mode, radix: 8)).utf8)
        let run = FieldRun(
            "archive.member", member: member.name, start: 0,
            bytes: [UInt8(mode.count)] + mode + (member.link?.bytes ?? []))
        let kind = LongTailDissector.kind(member)
        return .member(
            Member(
                name: member.name, kind: kind, link: member.link,
                permissions: member.mode & 0o7777, runs: [run],
                storage: kind == .file ? .encoded(codec: "libarchive") : .none))
    }

    func open() throws(SourceError) -> any Source { Content(reader) }

    /// Links that libarchive calls hard come first: their mode is that of a file.
    private static func kind(_ member: ArchiveMember) -> Member.Kind {
        if member.isHardLink { return .hardlink }
        switch member.mode & 0o170000 {
        case 0, 0o100000: return .file
        case 0o040000: return .directory
        case 0o120000: return .symlink
        default: return .other
        }
    }

    /// Takes apart what ``next()`` has put together: a length byte, the mode in octal, the link.
    static func expand(_ run: FieldRun) -> [Field] {
        let split = 1 + Int(run.bytes[0])
        let nothing = ByteRange(start: 0, length: 0)
        func field(_ id: String, _ bytes: ArraySlice<UInt8>) -> Field {
            // libarchive does not say where in the layer it read this.
            Field(id, nothing, bytes, .value(attribute: id, canonical: Array(bytes)))
        }
        return [
            field("archive.mode", run.bytes[1..<split]), field("archive.link", run.bytes[split...]),
        ]
    }
}
