import Attestation
import Bytes
import Hashing
import Trust

/// Evidence as it is named on the command line: a file, or a folder of files.
enum EvidenceFolder {
    /// The most files of one folder; a longer one is refused, not cut short.
    private static let limit = 1_000_000

    /// The files that a path stands for, in the order of their names. Links are not followed, nor
    /// is anything opened that is no file.
    static func files(_ path: Path) throws -> [EvidenceFile] {
        guard Input.isFolder(path) else {
            return [
                EvidenceFile(
                    name: path.name,
                    load: {
                        content { () throws(SourceError) in try FileSource(path: path.name) }
                    },
                    signed: {
                        guard let signed = EvidenceFile.signedName(path.name) else {
                            return .unreadable("its own name has no extension to leave out")
                        }
                        return content { () throws(SourceError) in try FileSource(path: signed) }
                    })
            ]
        }
        let tree = try Tree(root: path.name)
        let nodes = tree.nodes.filter { $0.kind == .file }
        guard nodes.count <= limit else {
            throw Trouble("\(path.shown) has more than \(limit) files")
        }
        let places = Dictionary(
            nodes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        return nodes.map { node in
            EvidenceFile(
                name: ByteString(path.name.bytes + [0x2f] + node.path.bytes), isNamed: false,
                load: { content { () throws(SourceError) in try tree.open(node) } },
                signed: {
                    guard let signed = EvidenceFile.signedName(node.path).flatMap({ places[$0] })
                    else { return .unreadable("there is no such file in the folder") }
                    return content { () throws(SourceError) in try tree.open(signed) }
                })
        }
    }

    /// All of a file, or why not.
    private static func content(
        _ open: () throws(SourceError) -> FileSource
    ) -> Evidence.Content {
        do {
            let file = try open()
            guard file.size <= UInt64(Envelope.sizeLimit) else {
                return .unreadable("it has more than \(Envelope.sizeLimit) bytes")
            }
            return .bytes(try file.read(ByteRange(start: 0, length: file.size)))
        } catch {
            return .unreadable(error.message)
        }
    }
}
