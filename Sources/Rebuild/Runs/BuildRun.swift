import Bytes
import Hashing

/// One build of a job, done.
public struct BuildRun: Sendable {
    /// Under which circumstances.
    public let conditions: Conditions
    /// What came of it.
    public let result: SandboxResult
    /// The folder of this machine that has the outputs.
    public let folder: ByteString
    /// The SHA-256 of the listing of all outputs (`Docs/NormalForm.md`, view `portable`).
    public let digest: Digest
}
