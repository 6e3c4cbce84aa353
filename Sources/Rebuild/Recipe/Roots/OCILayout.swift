import Bytes
import Hashing

/// An OCI image layout with one image (OCI Image Format 1.1, "Image Layout").
struct OCILayout {
    /// The blobs of the image's layers, the lowest first; each has the digest that the image says.
    let layers: [FileSource]

    /// The largest index or manifest, in bytes.
    private static let documentLimit: UInt64 = 4 << 20
    /// The most layers.
    private static let layerLimit = 512

    /// The image of a layout.
    ///
    /// - Parameter title: what messages call it.
    /// - Throws: ``RebuildError`` with code `input`.
    init(folder: ByteString, title: String) throws(RebuildError) {
        do throws(SourceError) {
            let layout = try OCILayout.document(try OCILayout.file(folder.appending("oci-layout")))
            guard layout["imageLayoutVersion"]?.string == "1.0.0" else {
                throw SourceError(.unsupported, "its oci-layout is not version 1.0.0")
            }
            var document = try OCILayout.document(
                try OCILayout.file(folder.appending("index.json")))
            // An index may stand for another one; more levels than this nobody makes.
            for _ in 0..<3 where document["manifests"] != nil {
                guard let manifests = document["manifests"]?.array, manifests.count == 1 else {
                    throw SourceError(
                        .ambiguous,
                        "it has not exactly one image; copy one into a layout of its own")
                }
                document = try OCILayout.document(try OCILayout.blob(manifests[0], folder))
            }
            guard let layers = document["layers"]?.array, layers.count <= OCILayout.layerLimit
            else {
                throw SourceError(.malformed, "its manifest has no layers, or too many")
            }
            var blobs: [FileSource] = []
            for layer in layers { blobs.append(try OCILayout.blob(layer, folder)) }
            self.layers = blobs
        } catch {
            throw RebuildError(.input, "\(title): \(error.message)")
        }
    }

    private static func file(_ path: ByteString) throws(SourceError) -> FileSource {
        try FileSource(path: path)
    }

    private static func document(_ file: FileSource) throws(SourceError) -> JSON {
        guard file.size <= documentLimit else {
            throw SourceError(.limit, "a manifest in it has more than \(documentLimit) bytes")
        }
        let text = try file.read(ByteRange(start: 0, length: file.size))
        do throws(JSONError) {
            return try JSON(parsing: text)
        } catch {
            throw SourceError(.malformed, "a manifest in it is no JSON: \(error.message)")
        }
    }

    /// The blob that a descriptor names, with the digest and size that it says.
    private static func blob(
        _ descriptor: JSON, _ folder: ByteString
    ) throws(SourceError) -> FileSource {
        let name = descriptor["digest"]?.string ?? ""
        guard name.hasPrefix("sha256:"), let digest = Digest(hex: name.bytes.dropFirst(7)) else {
            throw SourceError(
                .unsupported, "a digest in it is \"\(name.escaped)\", which is no SHA-256")
        }
        let file = try file(folder.appending(ByteString("blobs/sha256/\(digest.hex)")))
        guard try SHA256.digest(of: file) == digest,
            descriptor["size"]?.integer == Int64(exactly: file.size)
        else { throw SourceError(.malformed, "the blob \(digest.hex) in it has other bytes") }
        return file
    }
}
