import Bytes
import Hashing

/// Outputs of a build whose bytes are not those of the other side.
enum DifferingFiles {
    /// Where those outputs come from; nothing if the build was not watched.
    ///
    /// - Parameter other: the folder of the other side.
    static func origins(
        _ run: BuildRun, beside other: ByteString
    ) throws(RebuildError) -> [BuildTrace.File] {
        guard let trace = run.result.trace, run.folder != other else { return [] }
        do {
            return trace.origins(of: try paths(try Tree(root: run.folder), try Tree(root: other)))
        } catch {
            throw RebuildError(.io, error.message)
        }
    }

    /// The paths of files and links in one tree that the other lacks or has otherwise, as the view
    /// `portable` counts (`Docs/NormalForm.md`).
    private static func paths(_ tree: Tree, _ other: Tree) throws(SourceError) -> [ByteString] {
        var known: [ByteString: Facts] = [:]
        for facts in try facts(of: other) { known[facts.path] = facts }
        return try facts(of: tree).filter { known[$0.path] != $0 }.map(\.path)
    }

    private struct Facts: Equatable {
        var path: ByteString
        var values: [[UInt8]]
        var content: Digest?
    }

    private static func facts(of tree: Tree) throws(SourceError) -> [Facts] {
        let contents = try FileDigests(tree, jobs: 1, kernel: .best).all()
        return zip(tree.nodes, contents).filter { $0.0.kind != .directory }.map { node, content in
            Facts(
                path: node.path, values: node.counted(in: .portable).map(\.value),
                content: content)
        }
    }
}
