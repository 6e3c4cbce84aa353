import ArgumentParser
import Bytes
import Glibc
import Signing

extension Algorithm: ExpressibleByArgument {}

/// `tally key`
struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make keys.", subcommands: [Generate.self])

    /// `tally key generate`
    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Make a key pair: NAME.key (PKCS#8, mode 0600) and NAME.pub (SPKI).")

        @Option(name: .shortAndLong, help: "The name of both files, without .key and .pub.")
        var output: Path

        @Option(name: .customLong("type"), help: "The algorithm: ed25519 or ecdsa-p256.")
        var algorithm = Algorithm.ed25519

        @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
        var quiet = false

        func run() throws {
            try reportingTrouble {
                let (secret, open) = (output.appending(".key"), output.appending(".pub"))
                for path in [secret, open] where unsafe access(path.terminated, F_OK) == 0 {
                    throw Trouble(
                        "\(path.shown) exists already; choose another name, since a "
                            + "key that is overwritten is lost")
                }
                let key = try signing { () throws(SigningError) in
                    try PrivateKey.generate(algorithm)
                }
                let pem = try signing { () throws(SigningError) in try key.pem() }
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

/// Runs work with keys; its errors become trouble.
func signing<Value>(_ work: () throws(SigningError) -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw Trouble(error.message)
    }
}
