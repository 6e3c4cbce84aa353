import Anatomy
import Bytes

/// Writes tars: ustar headers, with extended ones where they do not hold what is kept.
struct TarComposer: Composer {
    /// The stored bytes of a sparse file are pieces of it, as a map says that must stay right; a
    /// blob of an image has its digest for a name.
    func mayRewrite(_ member: Member) -> Bool {
        guard let run = member.runs.first, let entry = try? TarEntry(run) else { return false }
        return !entry.isSparse && TarRoles.digest(of: member.name) == nil
    }

    func frame(
        _ member: KeptMember, _ context: WritingContext
    ) throws(Unwritable) -> Frame {
        guard let header = member.run("tar.header") else { throw Unwritable("it has no header") }
        let size = member.content?.size ?? 0
        guard let entry = try? TarEntry(header.run) else {
            throw Unwritable("its headers cannot be read again")
        }
        let spelling = TarSpelling(
            entry, header, name: member.member.name, size: size, epoch: context.epoch)
        let run = header.run
        // The first spelling that leaves the same in the normal form: which one that is depends on
        // nothing but the normal form.
        let bytes = spelling.first { bytes in
            header.isKept(
                FieldRun(run.id, member: run.member, start: 0, bytes: bytes, traits: run.traits))
        }
        guard let bytes else {
            throw Unwritable(
                "the headers of \(member.member.name.escaped) cannot be written in another way")
        }
        return Frame(before: bytes, after: try padding(member, size))
    }

    /// Zeros up to the next block, or the bytes that stand there for themselves.
    private func padding(_ member: KeptMember, _ size: UInt64) throws(Unwritable) -> [UInt8] {
        let length = Int((512 - size % 512) % 512)
        guard let own = member.run("tar.padding")?.field("tar.padding") else {
            return [UInt8](repeating: 0, count: length)
        }
        guard own.count == length else {
            throw Unwritable(
                "the padding of \(member.member.name.escaped) holds bytes, and would be of another "
                    + "length")
        }
        return own
    }

    /// Global headers, which hold nothing but comments, come first.
    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        container.runs("tar.global").flatMap { $0.field("tar.pax.global") ?? [] }
    }

    /// Two blocks of zeros, unless another number of them is kept.
    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8] {
        let end = container.runs("tar.end").first
        let kept = end?.values["tar.end.short"] ?? end?.values["tar.blocking"]
        let blocks = kept.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 2
        return [UInt8](repeating: 0, count: blocks * TarHeader.blockSize)
    }
}
