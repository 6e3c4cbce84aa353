import ArgumentParser
import Attestation
import Bytes
import Signing

/// Who signs: keys in files, a program, or both.
struct SignerOptions: ParsableArguments {
    @Option(
        help: "A private key, as 'tally key generate' makes it; each one given adds a signature.")
    var key: [Path] = []

    @Option(
        help: """
            A program that signs: it reads the bytes to sign on its standard input and writes the \
            signature to its standard output. It gets no arguments.
            """)
    var signCommand: Path?

    @Option(help: "The public key of what signs elsewhere.")
    var publicKey: Path?

    @OptionGroup var passphrases: PassphraseOptions

    /// Whether nobody signs.
    var isEmpty: Bool { key.isEmpty && signCommand == nil }

    /// Finds wrong usage.
    func check() throws {
        try passphrases.check()
        guard signCommand == nil || publicKey != nil else {
            throw ValidationError("--sign-command needs the --public-key that verifies.")
        }
    }

    /// Reads the keys, asking for passphrases.
    func signers() throws -> [Signer] {
        let source = try passphrases.source()
        var signers = try key.map { Signer.key(try source.privateKey($0)) }
        if let signCommand, let publicKey {
            signers.append(.program(SigningProgram(signCommand, try Input.publicKey(publicKey))))
        }
        return signers
    }
}

/// One that signs.
enum Signer {
    /// A key in this process.
    case key(PrivateKey)
    /// A program, which has the key or knows who does.
    case program(SigningProgram)

    /// What verifies its signatures.
    var publicKey: PublicKey {
        switch self {
        case .key(let key): key.publicKey
        case .program(let program): program.publicKey
        }
    }

    /// Adds this one's signature.
    func sign(_ envelope: inout Envelope) throws {
        switch self {
        case .key(let key):
            try attesting { () throws(AttestationError) in try envelope.sign(with: key) }
        case .program(let program):
            let bytes = try program.sign(envelope.signedBytes)
            try attesting { () throws(AttestationError) in
                try envelope.join(bytes, by: program.publicKey)
            }
        }
    }
}

extension Input {
    /// A public key from a file.
    static func publicKey(_ path: Path) throws -> PublicKey {
        let pem = try bytes(path, limit: 1 << 20)
        do throws(SigningError) {
            return try PublicKey(pem: pem)
        } catch {
            throw Trouble("\(path.shown): \(error.message)")
        }
    }
}

extension [Signer] {
    /// Adds the signatures of all to an envelope, and writes it.
    func write(_ envelope: Envelope, to path: Path) throws {
        var envelope = envelope
        for signer in self { try signer.sign(&envelope) }
        try OutputFile.write(envelope.text(), to: path)
    }
}
