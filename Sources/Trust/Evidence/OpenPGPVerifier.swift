/// What checks OpenPGP signatures: another program, started by the caller with the bytes that were
/// read here and no others.
public struct OpenPGPVerifier: Sendable {
    /// What a program wrote, by the form that it writes.
    public enum Answer: Sendable {
        /// The status lines of `gpgv --status-fd`.
        case gpgv([UInt8])
        /// The fingerprints that `sqv` prints of those by whom a signature verifies; nothing if
        /// there is none.
        case sqv([UInt8])
        /// Nothing that could be relied on, and why: one sentence without a full stop.
        case failure(String)
    }

    /// Checks a signature over a list with a keyring.
    let check: @Sendable (_ signature: [UInt8], _ list: [UInt8], _ keyring: [UInt8]) -> Answer

    /// A verifier.
    public init(
        _ check:
            @escaping @Sendable (
                _ signature: [UInt8], _ list: [UInt8], _ keyring: [UInt8]
            ) -> Answer
    ) {
        self.check = check
    }
}
