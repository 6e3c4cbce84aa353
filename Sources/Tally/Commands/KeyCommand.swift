import ArgumentParser
import Bytes
import Glibc
import Signing

/// `tally key`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make keys, and say what a key is.",
        subcommands: [Generate.self, Show.self])

    /// `tally key generate`
    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a key pair: NAME.key (PKCS#8, mode 0600) and NAME.pub (SPKI).")

        @Option(name: .shortAndLong, help: "The name of both files, without .key and .pub.")
        var output: Path

        @Option(
            name: .customLong("type"),
            help: "The algorithm: \(KeyType.available). With OpenSSL 3.5, others too.")
        var type = KeyType.ed25519

        @Flag(help: "Encrypt NAME.key under a passphrase.")
        var encrypt = false

        @OptionGroup var passphrases: PassphraseOptions

        @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
        var quiet = false

        func validate() throws {
            try passphrases.check()
            guard encrypt || passphrases.passphraseFile == nil && passphrases.passphraseFd == nil
            else { throw ValidationError("A passphrase is for --encrypt.") }
        }

        func run() throws {
            try reportingTrouble {
                let source = try passphrases.source()
                let (secret, open) = (output.appending(".key"), output.appending(".pub"))
                for path in [secret, open] where unsafe access(path.terminated, F_OK) == 0 {
                    throw Trouble(
                        "\(path.shown) exists already; choose another name, since a "
                            + "key that is overwritten is lost")
                }
                let key = try signing { () throws(SigningError) in try type.generate() }
                let passphrase = encrypt ? try source.fresh(for: secret) : nil
                let pem = try signing { () throws(SigningError) in
                    try key.pem(passphrase: passphrase)
                }
                try OutputFile.create(pem, at: secret, mode: 0o600)
                do {
                    try OutputFile.create(key.publicKey.pem, at: open, mode: 0o644)
                } catch {
                    unsafe unlink(secret.terminated)
                    throw error
                }
                if !quiet {
                    try Console.print("\(open.shown): key ID \(key.publicKey.keyID)\n")
                }
                return 0
            }
        }
    }
}

/// What kind of key to make: an algorithm, and for RSA the size, as `rsa-pss-3072`.
struct KeyType: ExpressibleByArgument {
    /// What the key signs with.
    private let algorithm: Algorithm
    /// The size of an RSA key.
    private let modulusBits: Int

    /// The default.
    static let ed25519 = KeyType(.ed25519)
    /// The sizes of RSA keys that are made.
    private static let sizes = [3_072, 4_096]

    private init(_ algorithm: Algorithm, modulusBits: Int = RSAKeySize.smallestToSign) {
        (self.algorithm, self.modulusBits) = (algorithm, modulusBits)
    }

    /// A type by its name; `nil` if there is none of that name.
    init?(argument: String) {
        if let bits = KeyType.sizes.first(where: { argument == "rsa-pss-\($0)" }) {
            self.init(.rsaPSS, modulusBits: bits)
        } else if let algorithm = Algorithm(rawValue: argument), algorithm != .rsaPSS {
            self.init(algorithm)
        } else {
            return nil
        }
    }

    /// The names of all types that can be made with the libraries that were loaded.
    static var available: String {
        Algorithm.available.flatMap { algorithm in
            algorithm == .rsaPSS ? sizes.map { "rsa-pss-\($0)" } : [algorithm.rawValue]
        }.joined(separator: ", ")
    }

    /// The default's name, as help shows it.
    var defaultValueDescription: String { algorithm.rawValue }

    /// A new key.
    func generate() throws(SigningError) -> PrivateKey {
        try PrivateKey.generate(algorithm, modulusBits: modulusBits)
    }
}

/// Runs work with keys; its errors become trouble.
func signing<Value>(_ work: () throws(SigningError) -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw Trouble(error.message)
    }
}
