import Bytes
import LibCrypto

extension DigestList {
    /// The sections of a jar's manifest that have digests (JAR File Specification, "Signed JAR
    /// File"); the main section, and what sections say besides, go into ``rest``.
    ///
    /// `nil` for a text that is no manifest with digests.
    public init?(manifest text: [UInt8]) {
        var entries: [Entry] = []
        var rest: [UInt8] = []
        for (index, section) in DigestList.sections(text).enumerated() {
            var entry = Entry(name: "", digests: [:])
            var name: ByteString?
            for (key, value) in section {
                if index > 0, key == "name" {
                    name = ByteString(value)
                } else if index > 0, let algorithm = DigestList.algorithm(ofManifest: key),
                    let digest = Base64.decode(value), digest.count == algorithm.length
                {
                    entry.digests[algorithm] = digest
                } else {
                    rest += Array("\(index == 0 ? "" : name?.escaped ?? "") \(key): ".utf8)
                    rest += Array(value) + [0x0a]
                }
            }
            guard index > 0 else { continue }
            guard let name else { return nil }
            if entry.digests.isEmpty {
                rest += Array("\(name.escaped)\n".utf8)
            } else {
                entries.append(Entry(name: name, digests: entry.digests))
            }
        }
        self.init(entries, rest: rest)
    }

    /// The algorithm of an attribute such as `sha-256-digest`.
    private static func algorithm(ofManifest key: String) -> DigestAlgorithm? {
        guard key.hasSuffix("-digest") else { return nil }
        let name = String(key.dropLast(7).filter { $0 != "-" })
        return DigestAlgorithm.allCases.first { $0.rawValue.lowercased() == name }
    }

    /// Sections between empty lines, as pairs of a key in lower case and a value; lines that begin
    /// with a space continue the one before.
    private static func sections(_ text: [UInt8]) -> [[(String, [UInt8])]] {
        var sections: [[(String, [UInt8])]] = [[]]
        let lines = text.filter { $0 != 0x0d }.split(
            separator: 0x0a, omittingEmptySubsequences: false)
        for line in lines {
            let last = sections.count - 1
            if line.isEmpty {
                if !sections[last].isEmpty { sections.append([]) }
            } else if line.first == 0x20, let previous = sections[last].indices.last {
                sections[last][previous].1 += line.dropFirst()
            } else {
                let key = line.prefix { $0 != UInt8(ascii: ":") }
                let value = line.dropFirst(key.count + 1).drop { $0 == 0x20 }
                sections[last].append(
                    (String(decoding: key, as: UTF8.self).lowercased(), Array(value)))
            }
        }
        return sections.last?.isEmpty ?? false ? sections.dropLast() : sections
    }
}
