import Bytes
import CLauncher
import Glibc
import Programs
import Signing
import Trust

/// The program that checks OpenPGP signatures: gpgv, or where it is missing sqv.
enum OpenPGPProgram {
    /// Which of the two.
    private enum Kind: String, CaseIterable {
        case gpgv
        case sqv

        /// The keyring, the signature and the list are files in memory: the program sees the very
        /// bytes that are counted. No folder of the user's is looked at.
        var arguments: [ByteString] {
            let files = [1, 2, 3].map { ChildProgram.path(ofInput: $0) }
            return switch self {
            case .gpgv:
                OpenPGPFinding.gpgvArguments(
                    keyring: files[0], signature: files[1], over: files[2])
            case .sqv: ["--keyring", files[0], "--", files[1], files[2]]
            }
        }
    }

    /// The most bytes that are read of an answer.
    private static let answerLimit = 1 << 20
    /// The most signatures that are checked in one run: each starts a program.
    private static let signatureLimit = 4_096
    /// After how long a program that does not answer is ended.
    private static let patience = ChildProgram.Patience(
        seconds: 60, clock: { MonotonicClock.nanoseconds })

    /// What checks the signatures that a policy needs checked; `nil` if it has no OpenPGP key.
    ///
    /// - Throws: ``Trouble`` where neither program is there: a check is never left out.
    static func verifier(for policy: Policy) throws -> OpenPGPVerifier? {
        guard policy.hasOpenPGP else { return nil }
        guard let (kind, path) = find() else {
            throw Trouble(
                "the policy has OpenPGP keys, which need gpgv or sqv to be checked, and neither is "
                    + "in PATH; install one, as 'apt install gpgv'")
        }
        let count = Guarded(0)
        return OpenPGPVerifier { signature, list, keyring in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number <= signatureLimit else {
                return .failure(
                    "there are more than \(signatureLimit) OpenPGP signatures; give fewer")
            }
            var program = ChildProgram([path.name] + kind.arguments)
            program.environment = ["LC_ALL=C"]
            program.errors = .dropped
            program.patience = patience
            do throws(ProgramError) {
                let outcome = try program.run(
                    [[], keyring, signature, list], atMost: answerLimit)
                return answer(outcome, kind)
            } catch {
                return .failure(error.message)
            }
        }
    }

    /// gpgv says all in its lines, and fails if any signature does; sqv only tells of good ones.
    private static func answer(
        _ outcome: ChildProgram.Outcome, _ kind: Kind
    ) -> OpenPGPVerifier.Answer {
        guard outcome.isWhole else {
            return .failure("\(kind.rawValue) \(outcome.ending ?? "did not end")")
        }
        switch kind {
        case .gpgv: return .gpgv(outcome.output)
        case .sqv: return .sqv(outcome.ending == nil ? outcome.output : [])
        }
    }

    /// The first of the two that is in PATH; folders that are named by where the user stands are
    /// passed over.
    private static func find() -> (Kind, Path)? {
        let value = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin"
        for kind in Kind.allCases {
            for folder in value.split(separator: ":") where folder.hasPrefix("/") {
                let path = Path(argument: "\(folder)/\(kind.rawValue)")
                if unsafe access(path.terminated, X_OK) == 0, !Input.isFolder(path) {
                    return (kind, path)
                }
            }
        }
        return nil
    }
}
