import Bytes
import LibCrypto

extension DigestList {
    /// The fields that list files, with the algorithm of each (Debian Policy, section 5.6.24, and
    /// `Files`, section 5.6.21).
    private static let fields: [(name: String, algorithm: DigestAlgorithm)] = [
        ("files:", .md5), ("checksums-md5:", .md5), ("checksums-sha1:", .sha1),
        ("checksums-sha256:", .sha256), ("checksums-sha512:", .sha512),
    ]

    /// One paragraph of a Debian control file, signed in clear or not: `.dsc`, `.changes`,
    /// `.buildinfo`. Everything but sizes and digests goes into ``rest``, signatures too.
    ///
    /// `nil` for a text without such a field, or with a line in one that is not understood.
    public init?(control text: [UInt8]) {
        var entries: [Entry] = []
        var indices: [ByteString: Int] = [:]
        var rest: [UInt8] = []
        var field: DigestAlgorithm?
        for line in text.split(separator: 0x0a, omittingEmptySubsequences: false) {
            if line.first == 0x20, let algorithm = field {
                guard let item = Item(line, algorithm) else { return nil }
                let index = indices[item.entry.name, default: entries.count]
                indices[item.entry.name] = index
                guard item.merge(into: &entries, at: index) else { return nil }
                rest += Array(item.entry.name.bytes) + item.rest
            } else {
                let start = String(decoding: line, as: UTF8.self).lowercased()
                field = DigestList.fields.first { start.hasPrefix($0.name) }?.algorithm
                rest += line
            }
            rest.append(0x0a)
        }
        self.init(entries, rest: rest)
    }

    /// A line of a field that lists files: digest, size, what `.changes` has between, name.
    private struct Item {
        let entry: Entry
        /// Section and priority, in `Files` of a `.changes`.
        let rest: [UInt8]

        init?(_ line: ArraySlice<UInt8>, _ algorithm: DigestAlgorithm) {
            let words = line.split(separator: 0x20)
            guard words.count == 3 || words.count == 5, let name = words.last,
                let digest = Hex.decode(words[0]), digest.count == algorithm.length,
                let size = UInt64(String(decoding: words[1], as: UTF8.self))
            else { return nil }
            entry = Entry(name: ByteString(name), size: size, digests: [algorithm: digest])
            rest = words.dropFirst(2).dropLast().flatMap { [0x20] + Array($0) }
        }

        /// Adds to the entry of the same name, which is at `index` if there is one; `false` if that
        /// one has another size or already a digest of this kind.
        func merge(into entries: inout [Entry], at index: Int) -> Bool {
            guard index < entries.count else {
                entries.append(entry)
                return true
            }
            guard entries[index].size == entry.size else { return false }
            let count = entries[index].digests.count
            entries[index].digests.merge(entry.digests) { old, _ in old }
            return entries[index].digests.count == count + 1
        }
    }
}
