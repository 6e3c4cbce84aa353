import Anatomy
import Bytes
import Hashing

/// The owners of the members of a tar up to one that shows, too late for them, that the tar is a
/// package: they are compared as one then.
struct TarOwners: ~Copyable {
    private var hash = SHA256()
    /// Whether no member was added yet.
    private(set) var isEmpty = true

    /// Adds the next member's owners: as its header has them, 16 and 64 bytes, and its pax records
    /// of them, in their order.
    mutating func add(_ entry: TarEntry) {
        isEmpty = false
        let header = entry.run.bytes[entry.header...].prefix(TarHeader.blockSize)
        let start = header.startIndex
        hash.update(header[start + 108..<start + 124])
        hash.update(header[start + 265..<start + 329])
        guard let pax = entry.pax else { return }
        for record in pax.records where TarOwners.keys.contains(record.key) {
            hash.update(record.key.bytes + [UInt8(ascii: "=")] + record.value)
        }
    }

    /// A run that says all of them of the member that shows it.
    borrowing func run(_ member: FieldRun, _ name: ByteString) -> FieldRun {
        FieldRun(
            "tar.owners", member: name, at: member.range.start, saying: hash.fork().finish().bytes)
    }

    private static let keys: Set<ByteString> = ["uid", "gid", "uname", "gname"]
}
