import Bytes

/// All of an rpm before its payload: the lead, and the two headers.
struct RpmPackage {
    /// Bytes of the lead.
    static let leadSize = 96

    /// Of the lead to the end of the main header, in one piece.
    let bytes: [UInt8]
    /// Digests and signatures.
    let signature: RpmHeader
    /// The metadata.
    let main: RpmHeader

    /// The package whose payload follows `bytes`, which begin with its lead.
    init(_ bytes: [UInt8]) throws(SourceError) {
        self.bytes = bytes
        signature = try RpmHeader(.signature, bytes, at: RpmPackage.leadSize)
        main = try RpmHeader(.main, bytes, at: RpmPackage.filled(signature.range.upperBound))
        guard main.range.upperBound == bytes.count else {
            throw SourceError(.malformed, at: UInt64(bytes.count), "an rpm header is cut short")
        }
    }

    /// The signature header is filled up to a multiple of eight.
    static func filled(_ count: Int) -> Int { (count + 7) / 8 * 8 }
}
