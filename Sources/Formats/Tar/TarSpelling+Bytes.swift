import Anatomy
import Bytes

/// The bytes of one way to write the headers.
extension TarSpelling {
    func bytes(_ dialect: TarHeader.Dialect, _ path: Style, _ link: Style) -> [UInt8]? {
        var records = records(dialect)
        if path == .pax { records.append((Array("path".utf8), self.path)) }
        if link == .pax { records.append((Array("linkpath".utf8), self.link)) }
        records.sort { TarSpelling.precedes($0.key, $1.key) }
        var bytes: [UInt8] = []
        if !records.isEmpty {
            let content = records.flatMap { PaxRecords.line($0.key, $0.value) }
            guard let block = block("x", [content]) else { return nil }
            bytes += block
        }
        for (style, type, text) in [(link, "K", self.link), (path, "L", self.path)]
        where style == .long {
            guard let block = block(Unicode.Scalar(type) ?? "L", [text + [0], text]) else {
                return nil
            }
            bytes += block
        }
        return bytes + header(dialect, path, link) + (kept.field("tar.sparse") ?? [])
    }

    /// An extended header with its content. A header block that stands for itself is kept, for the
    /// first of the contents that has the size it tells.
    private func block(_ type: Unicode.Scalar, _ contents: [[UInt8]]) -> [UInt8]? {
        let own = kept.fields.first {
            $0.id == "tar.extension.header" && $0.bytes.dropFirst(156).first == UInt8(ascii: type)
        }
        var header = own?.bytes
        var content = contents.first
        if let own = header {
            content = contents.first {
                TarHeader.number(own[TarHeader.size.range]) == Int64($0.count)
            }
        } else {
            let name = type == "x" ? "././@PaxHeader" : "././@LongLink"
            var new = TarHeaderBlock(type == "x" ? .posix : .gnu)
            new.put(Array(name.utf8), TarHeader.name)
            for slot in [TarHeader.mode, TarHeader.uid, TarHeader.gid, TarHeader.mtime] {
                new.put(TarHeaderBlock.number(0, slot.length), slot)
            }
            new.put(
                TarHeaderBlock.number(Int64(content?.count ?? 0), TarHeader.size.length),
                TarHeader.size)
            new.put([UInt8(ascii: type)], TarHeader.type)
            header = new.sealed
        }
        guard let header, let content else { return nil }
        let filler = TarEntry.padded(content.count) - content.count
        return header + content + [UInt8](repeating: 0, count: filler)
    }

    private func header(_ dialect: TarHeader.Dialect, _ path: Style, _ link: Style) -> [UInt8] {
        var block = TarHeaderBlock(dialect)
        let name = path == .split ? split?.name ?? [] : self.path.prefix(TarHeader.name.length)
        block.put(own(TarHeader.name) ?? Array(name), TarHeader.name)
        let mode = String(decoding: kept.values["tar.mode"]?.dropFirst() ?? [], as: UTF8.self)
        block.put(TarHeaderBlock.number(Int64(mode, radix: 8) ?? 0, 8), TarHeader.mode)
        for (slot, attribute, _) in TarSpelling.ids {
            block.put(number(slot, attribute, tolerated: 0).slot, slot)
        }
        block.put(
            TarHeaderBlock.number(size < 1 << 33 ? Int64(size) : 0, TarHeader.size.length),
            TarHeader.size)
        block.put(
            number(TarHeader.mtime, "tar.mtime", tolerated: epoch).slot, TarHeader.mtime)
        block.put(kept.values["tar.type"] ?? [UInt8(ascii: "0")], TarHeader.type)
        let target = self.link.prefix(TarHeader.link.length)
        block.put(own(TarHeader.link) ?? Array(target), TarHeader.link)
        if let rest = own(TarHeader.oldRest) { block.put(rest, TarHeader.oldRest) }
        if dialect != .old { putOwners(dialect, &block) }
        if path == .split, let split { block.put(Array(split.prefix), TarHeader.prefix) }
        if let own = own(TarHeader.prefix) { block.put(own, TarHeader.prefix) }
        if dialect == .gnu { putTimes(&block) }
        if let own = own(TarHeader.padding) { block.put(own, TarHeader.padding) }
        return block.sealed
    }

    private func putOwners(_ dialect: TarHeader.Dialect, _ block: inout TarHeaderBlock) {
        for (slot, attribute, _) in TarSpelling.owners {
            block.put(text(slot, attribute, dialect).slot, slot)
        }
        for (slot, attribute) in [(TarHeader.major, "tar.major"), (TarHeader.minor, "tar.minor")] {
            let device = kept.values[attribute].flatMap {
                Int64(String(decoding: $0, as: UTF8.self))
            }
            block.put(TarHeaderBlock.number(device ?? 0, slot.length), slot)
        }
    }

    /// GNU's times, if any is set, and what else GNU has in its header.
    private func putTimes(_ block: inout TarHeaderBlock) {
        if let own = own(TarHeader.gnuRest) { block.put(own, TarHeader.gnuRest) }
        guard kept.values["tar.gnu-times"] != nil else { return }
        let slots = [(TarHeader.gnuATime, "tar.atime"), (TarHeader.gnuCTime, "tar.ctime")]
        let hasKept = slots.contains { kept.values[$0.1] != nil }
        for (slot, attribute) in slots {
            let value = kept.values[attribute].flatMap {
                Int64(String(decoding: $0, as: UTF8.self))
            }
            guard value != nil || (!hasKept && slot.offset == TarHeader.gnuATime.offset) else {
                continue
            }
            block.put(TarHeaderBlock.number(value ?? Int64(clamping: epoch), slot.length), slot)
        }
    }
}
