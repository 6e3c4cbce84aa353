import Anatomy
import Bytes

/// The fields of an .xz stream. liblzma has verified all that is `derived`.
enum XzFields {
    /// Field names with their meanings.
    static let meanings = [
        ("xz.magic", "mark of a stream's beginning"),
        ("xz.check", "kind of the checks behind blocks"),
        ("xz.header-crc32", "checksum of the stream's flags"),
        ("xz.block.header-size", "size of a block's header"),
        ("xz.block.flags", "number of filters, and whether sizes follow"),
        ("xz.block.compressed-size", "size of a block's data, in its header"),
        ("xz.block.uncompressed-size", "size of a block's content, in its header"),
        ("xz.block.filter", "a filter with its properties"),
        ("xz.block.header-padding", "zeros up to the end of a block's header"),
        ("xz.block.header-crc32", "checksum of a block's header"),
        ("xz.block.padding", "zeros behind a block's data"),
        ("xz.block.check", "check of a block's content"),
        ("xz.index.indicator", "mark of the index's beginning"),
        ("xz.index.count", "number of blocks"),
        ("xz.index.unpadded-size", "size of a block without its padding"),
        ("xz.index.uncompressed-size", "size of a block's content"),
        ("xz.index.padding", "zeros behind the index's records"),
        ("xz.index.crc32", "checksum of the index"),
        ("xz.footer.crc32", "checksum of the footer"),
        ("xz.footer.backward-size", "size of the index"),
        ("xz.footer.flags", "the stream's flags again"),
        ("xz.footer.magic", "mark of a stream's end"),
    ]

    /// Bytes of a check, by its ID (section 2.1.1.2).
    static func checkSize(_ id: UInt8) -> Int {
        let id = Int(id & 0x0f)
        return id == 0 ? 0 : 4 << ((id - 1) / 3)
    }

    /// The fields of a run of ``XzFraming``.
    static func expand(_ run: FieldRun) -> [Field] {
        var fields = FieldList(run)
        switch run.id {
        case "xz.stream-header":
            fields.add("xz.magic", 6, from: "xz")
            let id = run.bytes[7] & 0x0f
            fields.add("xz.check", 2, value: checks[id] ?? "check \(id)")
            fields.add("xz.header-crc32", 4, from: "xz.check")
        case "xz.block-header": addBlockHeader(&fields)
        case "xz.block-end":
            let padding = run.bytes.count % 4
            fields.add("xz.block.padding", padding, from: "content")
            fields.add("xz.block.check", run.bytes.count - padding, from: "content")
        case "xz.index-header":
            fields.add("xz.index.indicator", 1, from: "xz")
            fields.addNumber("xz.index.count")
        case "xz.index-record":
            fields.addNumber("xz.index.unpadded-size")
            fields.addNumber("xz.index.uncompressed-size")
        case "xz.index-end":
            fields.add("xz.index.padding", run.bytes.count - 4, from: "xz.index")
            fields.add("xz.index.crc32", 4, from: "xz.index")
        default:
            fields.add("xz.footer.crc32", 4, from: "xz.footer")
            fields.add("xz.footer.backward-size", 4, from: "xz.index")
            fields.add("xz.footer.flags", 2, from: "xz.check")
            fields.add("xz.footer.magic", 2, from: "xz")
        }
        return fields.all
    }

    /// Section 3.1.
    private static func addBlockHeader(_ fields: inout FieldList) {
        let bytes = fields.run.bytes
        fields.add("xz.block.header-size", 1, from: "xz.block")
        fields.add("xz.block.flags", 1, from: "xz.block")
        if bytes[1] & 0x40 != 0 { fields.addNumber("xz.block.compressed-size") }
        if bytes[1] & 0x80 != 0 { fields.addNumber("xz.block.uncompressed-size") }
        for _ in 0...(bytes[1] & 3) {
            guard let id = XzNumber.read(bytes, at: fields.offset),
                let size = XzNumber.read(bytes, at: id.end),
                size.value <= UInt64(bytes.count - size.end)
            else { break }
            let end = size.end + Int(size.value)
            let name = filters[id.value] ?? "filter \(id.value)"
            let properties = size.value > 0 ? " " + Hex.encode(bytes[size.end..<end]) : ""
            fields.add("xz.block.filter", end - fields.offset, value: name + properties)
        }
        fields.add("xz.block.header-padding", bytes.count - 4 - fields.offset, from: "xz.block")
        fields.add("xz.block.header-crc32", 4, from: "xz.block")
    }

    /// Section 2.1.1.2.
    private static let checks: [UInt8: String] = [
        0: "none", 1: "crc32", 4: "crc64", 10: "sha256",
    ]

    /// Section 5.3.
    private static let filters: [UInt64: String] = [
        0x03: "delta", 0x04: "x86", 0x05: "powerpc", 0x06: "ia64", 0x07: "arm", 0x08: "armthumb",
        0x09: "sparc", 0x0a: "arm64", 0x21: "lzma2",
    ]
}

extension FieldList {
    /// Adds an .xz number that follows from the blocks.
    fileprivate mutating func addNumber(_ id: String) {
        let end = XzNumber.read(run.bytes, at: offset)?.end ?? run.bytes.count
        add(id, end - offset, from: "xz.block")
    }
}
