import Bytes
import Hashing

/// One build output, opened to be compared.
public struct Artifact {
    /// What it is.
    public enum Body {
        /// A file, or what came on standard input.
        case file(any RandomSource)
        /// A directory tree.
        case tree(Tree)
        /// A list of files, with the files that it names.
        case set(FileSet)
        /// A statement, which gives digests of builds that are not there.
        case stated(StatedDigests)
    }

    /// The path as typed; `-` for standard input.
    public let path: ByteString
    /// What it is.
    public let body: Body

    /// An artifact.
    public init(path: ByteString, body: Body) {
        self.path = path
        self.body = body
    }
}
