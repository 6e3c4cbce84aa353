import Anatomy
import Bytes
import Hashing

extension NormalForm {
    /// The normal-form digest of a list of files with its files: what the list says besides digests
    /// and sizes, then each file by name and normal form.
    ///
    /// - Parameter keepsDigests: whether the bytes of the list count too.
    public func digest(of set: FileSet, keepsDigests: Bool) throws(Problem) -> Digest {
        var stream = RecordStream()
        stream.add("set", Array("v1".utf8))
        if keepsDigests { stream.add("list", try listDigest(of: set).bytes) }
        stream.add("rest", set.list.rest)
        let nodes = Dictionary(
            set.tree.nodes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in set.list.entries {
            guard let node = nodes[entry.name] else { continue }
            stream.add("file", entry.name.bytes, try digest(of: node, in: set.tree).bytes)
        }
        return stream.finish()
    }

    /// The SHA-256 of the list's own bytes.
    private func listDigest(of set: FileSet) throws(Problem) -> Digest {
        do throws(SourceError) {
            return try SHA256.digest(of: RangeSource(set.file))
        } catch {
            throw Problem(error, in: [])
        }
    }
}
