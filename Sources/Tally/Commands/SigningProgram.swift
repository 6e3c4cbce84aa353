import Programs
import Signing

/// A program that signs what it reads. No shell is involved, and its word is not taken for it: what
/// it writes has to verify.
struct SigningProgram {
    /// What verifies its signatures.
    let publicKey: PublicKey
    /// As typed; a name without a slash is looked for as a shell would.
    private let path: Path

    /// The program at `path`, which signs for `publicKey`.
    init(_ path: Path, _ publicKey: PublicKey) {
        (self.path, self.publicKey) = (path, publicKey)
    }

    /// What the program writes when it reads `message`. It may take its time: somebody may have to
    /// touch a key.
    ///
    /// - Throws: ``Trouble`` if it cannot be run, fails, or writes nothing or more than a
    ///   signature.
    func sign(_ message: [UInt8]) throws -> [UInt8] {
        var program = ChildProgram([path.name])
        program.errors = .shown
        let outcome: ChildProgram.Outcome
        do throws(ProgramError) {
            outcome = try program.run([message], atMost: publicKey.signatureLimit)
        } catch {
            throw Trouble(error.message)
        }
        if let ending = outcome.ending { throw Trouble("\(path.shown) \(ending)") }
        guard !outcome.output.isEmpty else {
            throw Trouble("\(path.shown) wrote nothing, where a signature was expected")
        }
        return outcome.output
    }
}
