import Bytes

/// The records of a pax extended header (POSIX.1-2001, pax, "pax Extended Header").
struct PaxRecords {
    /// One `length key=value` line.
    struct Record {
        /// Where it is in the header's content, its line break included.
        let range: Range<Int>
        /// Up to the first equals sign; never empty.
        let key: ByteString
        /// What follows that sign, without the line break; it may hold any byte.
        let value: ArraySlice<UInt8>
    }

    /// In the order of the header; keys are unique.
    let records: [Record]

    /// Reads records strictly: every byte belongs to one, keys are unique.
    ///
    /// - Parameter offset: the offset of `bytes` in the layer, for messages.
    init(_ bytes: ArraySlice<UInt8>, offset: UInt64) throws(SourceError) {
        var records: [Record] = []
        var seen: Set<ByteString> = []
        var rest = bytes
        while !rest.isEmpty {
            let at = offset + UInt64(rest.startIndex - bytes.startIndex)
            guard let record = PaxRecords.record(rest) else {
                throw SourceError(.malformed, at: at, "a pax record is broken; get an intact copy")
            }
            guard seen.insert(record.key).inserted else {
                throw SourceError(
                    .ambiguous, at: at,
                    "the pax key \(record.key.escaped) occurs twice for one member")
            }
            guard !record.value.contains(0) || !PaxRecords.isText(record.key) else {
                throw SourceError(
                    .ambiguous, at: at,
                    "the pax value of \(record.key.escaped) holds a NUL, where some readers end it")
            }
            guard !record.value.isEmpty || !PaxRecords.isText(record.key) else {
                throw SourceError(
                    .ambiguous, at: at,
                    "the pax value of \(record.key.escaped) is empty; some readers then take the "
                        + "header's, others none")
            }
            guard PaxRecords.isInRange(record) else {
                throw SourceError(
                    .ambiguous, at: at,
                    "the pax time \(record.key.escaped) is past what some readers can hold")
            }
            guard PaxRecords.isWellFormed(record) else {
                throw SourceError(
                    .malformed, at: at, "the pax value of \(record.key.escaped) is no number")
            }
            records.append(record)
            rest = rest[record.range.upperBound...]
        }
        self.records = records
    }

    /// The first record of `bytes`; `nil` if its length is no plain decimal, does not fit, or does
    /// not end at a line break. Lengths with a leading zero are refused: readers differ.
    private static func record(_ bytes: ArraySlice<UInt8>) -> Record? {
        let digits = bytes.prefix(20).prefix { (0x30...0x39).contains($0) }
        guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.first != 0x30,
            length <= bytes.count, length > digits.count + 2,
            bytes[bytes.startIndex + digits.count] == 0x20
        else { return nil }
        let line = bytes.prefix(length)
        let body = line.dropFirst(digits.count + 1).dropLast()
        guard line.last == 0x0a, let equals = body.firstIndex(of: UInt8(ascii: "=")),
            equals > body.startIndex
        else { return nil }
        return Record(
            range: line.startIndex..<line.endIndex, key: ByteString(body[..<equals]),
            value: body[(equals + 1)...])
    }

    /// Whether a value that must be a number is one, in the only spelling that all readers share.
    private static func isWellFormed(_ record: Record) -> Bool {
        if ["uid", "gid", "size"].contains(where: { record.key == ByteString($0) }) {
            return decimal(record.value) != nil
        }
        guard ["mtime", "atime", "ctime"].contains(where: { record.key == ByteString($0) }) else {
            return true
        }
        let body = record.value.first == UInt8(ascii: "-") ? record.value.dropFirst() : record.value
        let parts = body.split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        return body.count <= 40
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { (0x30...0x39).contains($0) }
            }
    }

    /// Whether a time has at most twelve digits before its point: with more, some readers fail.
    private static func isInRange(_ record: Record) -> Bool {
        guard ["mtime", "atime", "ctime"].contains(where: { record.key == ByteString($0) }) else {
            return true
        }
        return record.value.prefix { $0 != UInt8(ascii: ".") }.count <= 13
    }

    /// Keys whose values must be there and hold no NUL: names, and the numbers too.
    private static func isText(_ key: ByteString) -> Bool {
        [
            "path", "linkpath", "GNU.sparse.name", "uname", "gname", "size", "uid", "gid", "mtime",
            "atime", "ctime",
        ]
        .contains { key == ByteString($0) }
    }

    /// The value of a key. Linear in the number of records, which are few.
    subscript(key: String) -> ArraySlice<UInt8>? {
        let name = ByteString(key)
        return records.first { $0.key == name }?.value
    }

    /// A record's line, with its own length in front.
    static func line(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
        let rest = [0x20] + key + [UInt8(ascii: "=")] + value + [0x0a]
        var length = rest.count
        while String(length).utf8.count + rest.count != length {
            length = String(length).utf8.count + rest.count
        }
        return Array(String(length).utf8) + rest
    }

    /// A whole number in decimal without a sign; `nil` if there is none.
    static func decimal(_ value: ArraySlice<UInt8>) -> UInt64? {
        guard !value.isEmpty, value.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(String(decoding: value, as: UTF8.self))
    }
}
