import Bytes
import LibCrypto

extension DigestList {
    /// The checksums of a Ruby gem: an algorithm and a colon on a line, then two spaces, a name, a
    /// colon and a digest for each file. `nil` for anything else.
    public init?(gem text: [UInt8]) {
        var entries: [ByteString: Entry] = [:]
        var names: [ByteString] = []
        var algorithm: DigestAlgorithm?
        for line in text.split(separator: 0x0a) where !line.elementsEqual("---".utf8) {
            if line.first != 0x20 {
                let name = String(decoding: line.dropLast(), as: UTF8.self)
                algorithm = DigestAlgorithm.allCases.first { $0.rawValue == name }
                continue
            }
            let body = line.drop { $0 == 0x20 }
            let name = ByteString(body.prefix { $0 != UInt8(ascii: ":") })
            let value = body.dropFirst(name.count + 1).filter { $0 != 0x20 && $0 != 0x27 }
            guard let algorithm, let digest = Hex.decode(value), digest.count == algorithm.length
            else { return nil }
            if entries[name] == nil { names.append(name) }
            entries[name, default: Entry(name: name, digests: [:])].digests[algorithm] = digest
        }
        self.init(names.compactMap { entries[$0] }, rest: [])
    }
}
