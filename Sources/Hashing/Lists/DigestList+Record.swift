import Bytes
import LibCrypto

extension DigestList {
    /// The `RECORD` of a wheel ("Recording installed projects", the packaging specifications):
    /// lines of path, `sha256=` with URL-safe Base64 without padding, and size. Lines without a
    /// digest, as that of `RECORD` itself, go into ``rest``.
    ///
    /// `nil` for anything else, quoted fields among it: they are rare, and readers differ.
    public init?(record text: [UInt8]) {
        var entries: [Entry] = []
        var rest: [UInt8] = []
        for line in text.split(separator: 0x0a) {
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard fields.count == 3, !line.contains(UInt8(ascii: "\"")) else { return nil }
            guard let entry = DigestList.recorded(fields) else {
                rest += Array(line) + [0x0a]
                continue
            }
            entries.append(entry)
        }
        self.init(entries, rest: rest)
    }

    /// The entry of a line's fields; `nil` if it has no digest that is known.
    private static func recorded(_ fields: [ArraySlice<UInt8>]) -> Entry? {
        let parts = fields[1].split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard parts.count == 2, let digest = Base64.decode(parts[1]),
            let algorithm = DigestAlgorithm.allCases.first(where: {
                $0.rawValue.lowercased().utf8.elementsEqual(parts[0])
            }), digest.count == algorithm.length
        else { return nil }
        let number = String(decoding: fields[2].filter { $0 != 0x0d }, as: UTF8.self)
        return Entry(
            name: ByteString(fields[0]), size: UInt64(number), digests: [algorithm: digest])
    }
}
