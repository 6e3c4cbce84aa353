import Anatomy
import Bytes
import Hashing

/// The encoded bytes of a content: the tiles that a decoder read, joined.
struct EncodedContent {
    /// Bytes of all tiles together.
    let length: UInt64
    /// `nil` if the layer cannot be read again.
    let digest: Digest?

    /// Hashes the tiles, which come in ascending order; a failure to read leaves no digest.
    init(_ layer: Layer, _ tiles: [ByteRange]) {
        length = tiles.reduce(0) { $0 + $1.length }
        digest = layer.isRepeatable ? try? EncodedContent.hash(layer, tiles) : nil
    }

    /// Reads the layer from its beginning, skipping what lies between tiles.
    private static func hash(_ layer: Layer, _ tiles: [ByteRange]) throws(SourceError) -> Digest {
        var hash = SHA256()
        let reader = try layer.reader()
        for tile in tiles { try hash.update(reader, tile) }
        return hash.finish()
    }

    /// The length and digest, for people.
    var description: String {
        "\(length) bytes" + (digest.map { ", sha256 \($0.hex)" } ?? "")
    }
}
