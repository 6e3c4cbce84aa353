import Bytes
import Hashing

/// The records of a normal form, hashed as they come (`Docs/NormalForm.md`, "Records").
///
/// A record is a list of byte strings. Each is written as a netstring, `length:bytes,`, and the
/// record ends with a line break, so that no two lists of records make the same bytes.
struct RecordStream: ~Copyable {
    /// SHA-256 of the records so far: they are never held.
    private var hash = SHA256()

    /// Adds a record.
    mutating func add(_ items: [[UInt8]]) {
        var bytes: [UInt8] = []
        for item in items {
            bytes += Array("\(item.count):".utf8)
            bytes += item
            bytes.append(UInt8(ascii: ","))
        }
        bytes.append(UInt8(ascii: "\n"))
        hash.update(bytes)
    }

    /// Adds a record of a word and texts.
    mutating func add(_ word: String, _ items: [UInt8]...) {
        add([Array(word.utf8)] + items)
    }

    /// The digest of all records.
    consuming func finish() -> Digest { hash.finish() }
}
