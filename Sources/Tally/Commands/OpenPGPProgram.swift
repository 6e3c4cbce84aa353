import Bytes
import CLauncher
import Glibc
import Trust

/// The program that checks OpenPGP signatures: gpgv, or where it is missing sqv.
enum OpenPGPProgram {
    /// Which of the two.
    private enum Kind: String, CaseIterable {
        case gpgv
        case sqv

        /// The keyring, the signature and the list are files in memory: the program sees the very
        /// bytes that are counted. No folder of the user's is looked at.
        var arguments: [String] {
            let files = ["/proc/self/fd/4", "/proc/self/fd/5"]
            return switch self {
            case .gpgv:
                [
                    "--homedir", "/nonexistent", "--status-fd", "1", "--weak-digest", "SHA1",
                    "--keyring", "/proc/self/fd/3", "--",
                ] + files
            case .sqv: ["--keyring", "/proc/self/fd/3", "--"] + files
            }
        }
    }

    /// The most bytes that are read of an answer.
    private static let answerLimit = 1 << 20
    /// The most signatures that are checked in one run: each starts a program.
    private static let signatureLimit = 4_096
    /// Seconds after which a program that does not answer is ended.
    private static let patience: Int32 = 60

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
            let program = ChildProgram(
                path: path, arguments: kind.arguments, environment: ["LC_ALL=C"],
                showsErrors: false, patience: patience)
            do {
                let outcome = try program.run(
                    [[], keyring, signature, list], atMost: answerLimit)
                return answer(outcome, kind)
            } catch let trouble as Trouble {
                return .failure(trouble.message)
            } catch {
                return .failure("\(path.shown) could not be run")
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
