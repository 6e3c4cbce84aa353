import Bytes

/// Why something was not built, or not to its end.
public struct RebuildError: Error, Hashable, Sendable {
    /// What kind of reason it is; each leads to an exit status of its own.
    public enum Code: Hashable, Sendable {
        /// A recipe, lock or `.buildinfo` that cannot be read or contradicts itself.
        case declaration
        /// A declared input that is missing, extra, gone or different.
        case input
        /// A part of the sandbox that this machine refuses.
        case sandbox
        /// The build ran and failed, or did what it must not.
        case build
        /// The system refused a file, a folder or memory.
        case io
    }

    /// What kind of reason it is.
    public var code: Code
    /// What happened, where, and what to do, in one line without a full stop. Names in it are
    /// escaped.
    public var message: String
    /// What the build printed before; `nil` if it did not run.
    public var log: BuildLog?

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The same error, with what the build printed before.
    func after(_ log: BuildLog) -> RebuildError {
        var error = self
        error.log = log
        return error
    }
}
