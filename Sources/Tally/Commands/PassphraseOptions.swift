import ArgumentParser
import Bytes
import Glibc
import Signing

/// Where the passphrases of encrypted keys come from: the terminal, unless something is named.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: "A file with the passphrase; for several encrypted keys one line each, in order.")
    var passphraseFile: Path?

    @Option(help: "An open descriptor to read the same from, as 3 with 3<FILE.")
    var passphraseFd: Int32?

    /// Finds wrong usage.
    func check() throws {
        guard passphraseFile == nil || passphraseFd == nil else {
            throw ValidationError("--passphrase-file and --passphrase-fd exclude each other.")
        }
        guard passphraseFd.map({ $0 >= 0 }) ?? true else {
            throw ValidationError("--passphrase-fd is the number of a descriptor.")
        }
    }

    /// Reads what was named. Call it before anything is opened, whose descriptor could be taken for
    /// one that the user meant to pass on.
    func source() throws -> PassphraseSource {
        var text: [UInt8]
        if let passphraseFd {
            text = try PassphraseOptions.read(passphraseFd)
        } else if let passphraseFile {
            text = try Input.bytes(passphraseFile, limit: PassphraseOptions.limit)
        } else {
            return PassphraseSource(nil)
        }
        guard let lines = Passphrase.lines(of: &text), !lines.isEmpty else {
            throw Trouble(
                "a passphrase has 1 to \(Passphrase.limit) bytes on a line of its own, and what "
                    + "was given has not")
        }
        return PassphraseSource(lines)
    }

    /// The most bytes read for passphrases.
    private static let limit: UInt64 = 64 * 1024

    /// All that a descriptor yields.
    private static func read(_ descriptor: Int32) throws -> [UInt8] {
        var text: [UInt8] = []
        while true {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Trouble("cannot read descriptor \(descriptor): \(errorText(errno))")
            }
            guard count > 0 else { return text }
            text += buffer.prefix(count)
            guard text.count <= limit else {
                throw Trouble("there are more than \(limit) bytes on descriptor \(descriptor)")
            }
        }
    }
}

/// Hands out passphrases, one per encrypted key, in the order in which keys are named.
final class PassphraseSource {
    /// Those that were not used yet; `nil` where the terminal is asked.
    private var waiting: [Passphrase]?

    init(_ lines: [Passphrase]?) { waiting = lines }

    /// The passphrase of an existing key.
    func next(for path: Path) throws -> Passphrase {
        guard waiting != nil else { return try ask("Passphrase for \(path.shown): ") }
        guard let first = waiting?.first else {
            throw Trouble(
                "\(path.shown) is encrypted, and no line is left of the passphrases given")
        }
        waiting?.removeFirst()
        return first
    }

    /// The passphrase of a key that is being made; a person types it twice.
    func fresh(for path: Path) throws -> Passphrase {
        let first = try next(for: path)
        guard waiting == nil else { return first }
        guard first.isSame(as: try ask("The same again: ")) else {
            throw Trouble("the two passphrases differ; no key was made")
        }
        return first
    }

    /// A passphrase typed by a person.
    private func ask(_ question: String) throws -> Passphrase {
        var line = try Terminal.ask(question)
        guard let passphrase = Passphrase.lines(of: &line)?.first else {
            throw Trouble("a passphrase has 1 to \(Passphrase.limit) bytes")
        }
        return passphrase
    }

    /// A private key from a file, with its passphrase if it is encrypted.
    func privateKey(_ path: Path) throws -> PrivateKey {
        let pem = try Input.bytes(path, limit: 1 << 20)
        var trouble: (any Error)?
        do throws(SigningError) {
            return try PrivateKey(pem: pem) { () throws(SigningError) in
                do {
                    return try next(for: path)
                } catch {
                    trouble = error
                    throw SigningError("")
                }
            }
        } catch {
            throw trouble ?? Trouble("\(path.shown): \(error.message)")
        }
    }
}
