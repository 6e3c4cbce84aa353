/// Why another program could not be run to its end.
public struct ProgramError: Error, Hashable {
    /// What happened and what to do: one sentence without a full stop.
    public let message: String

    init(_ message: String) { self.message = message }
}
