import ArgumentParser
import Attestation
import Bytes
import Signing

extension AttestCommand {
    /// What the options ask for; they exclude each other.
    enum Task {
        /// A report, and where its attestation goes.
        case sign(Path, Path)
        /// A report, and the name of both files for a machine that signs.
        case prepare(Path, Path)
        /// An envelope, and where it goes with more signatures.
        case add(Path, Path)
        /// An envelope, a signature, its key, and where they go together.
        case complete(Path, Path, Path, Path)
    }

    /// The one task that the options describe.
    ///
    /// - Throws: `ValidationError` if they describe none, or more than one.
    func task() throws -> Task {
        let sources = [report != nil, add != nil, complete != nil].count { $0 }
        guard sources == 1 else {
            throw ValidationError("Name one of REPORT, --add and --complete.")
        }
        guard signers.publicKey == nil || complete != nil || signers.signCommand != nil else {
            throw ValidationError("--public-key goes with --sign-command or --complete.")
        }
        if let complete { return try completion(of: complete) }
        guard signature == nil else {
            throw ValidationError("--signature goes with --complete.")
        }
        if let prepare {
            guard let report, signers.isEmpty, output == nil else {
                throw ValidationError(
                    "--prepare goes with a report, and neither with a key nor with --output.")
            }
            return .prepare(report, prepare)
        }
        guard !signers.isEmpty, let output else {
            throw ValidationError("Name who signs with --key, and the file with --output.")
        }
        if let add { return .add(add, output) }
        guard let report else { throw ValidationError("Name the report to sign.") }
        return .sign(report, output)
    }

    /// `--complete` with all that belongs to it, and nothing else.
    private func completion(of file: Path) throws -> Task {
        guard let signature, let key = signers.publicKey, let output, signers.isEmpty,
            prepare == nil
        else {
            throw ValidationError(
                "--complete goes with --public-key, --signature and --output, and without a key.")
        }
        return .complete(file, signature, key, output)
    }

    /// Writes the envelope without a signature, and the bytes to sign.
    func prepare(_ report: Path, as name: Path) throws {
        let envelope = try envelope(of: report)
        let (json, pae) = (name.appending(".json"), name.appending(".pae"))
        try OutputFile.write(envelope.text(), to: json)
        try OutputFile.write(envelope.signedBytes, to: pae)
        if !quiet {
            try Console.print("\(pae.shown): to be signed; then complete \(json.shown)\n")
        }
    }

    /// An envelope to be signed, once it is said on standard error what that means.
    func existing(_ file: Path) throws -> Envelope {
        let text = try Input.bytes(file, limit: UInt64(Envelope.sizeLimit))
        let envelope = try attesting { () throws(AttestationError) in
            try Envelope(parsing: text)
        }
        let summary = try attesting { () throws(AttestationError) in try envelope.summary() }
        if !quiet { Console.complain("what is signed says \(summary)") }
        return envelope
    }

    /// Joins a signature that was made elsewhere, if it verifies.
    func complete(_ file: Path, _ signature: Path, _ key: Path, _ output: Path) throws {
        let key = try Input.publicKey(key)
        let bytes = try Input.bytes(signature, limit: UInt64(key.signatureLimit))
        var envelope = try existing(file)
        try attesting { () throws(AttestationError) in try envelope.join(bytes, by: key) }
        try OutputFile.write(envelope.text(), to: output)
        if !quiet { try Console.print("\(output.shown): signed by key \(key.keyID)\n") }
    }
}
