/// A signature that stands in a file of its own, beside the file that it is over.
public struct DetachedSignature: Hashable, Sendable {
    private enum Form: Hashable {
        case lines(LineSignature)
        case ssh(SSHSignature)
    }

    private let form: Form

    /// The most bytes of its text.
    public static let sizeLimit = 64 * 1024

    /// Whether a text begins as one of minisign, signify or SSH.
    public static func recognizes(_ text: [UInt8]) -> Bool {
        text.starts(with: LineSignature.opening.utf8)
            || text.starts(with: SSHSignature.opening.utf8)
    }

    /// A signature from its text, whole and in one of the forms of ``recognizes(_:)``.
    ///
    /// - Throws: ``SigningError`` for any other text.
    public init(text: [UInt8]) throws(SigningError) {
        guard text.count <= DetachedSignature.sizeLimit else {
            throw SigningError("the signature is over \(DetachedSignature.sizeLimit) bytes")
        }
        form =
            text.starts(with: SSHSignature.opening.utf8)
            ? .ssh(try SSHSignature(text: text)) : .lines(try LineSignature(text: text))
    }

    /// The key that it says it is by; `nil` where it has a number only, which anybody may choose.
    public var allegedSigner: PublicKey? {
        guard case .ssh(let signature) = form else { return nil }
        return signature.key
    }

    /// Those of `keys` by which it verifies over `file`, in the order given.
    public func signers(among keys: [PublicKey], over file: [UInt8]) -> [PublicKey] {
        switch form {
        case .lines(let signature): return signature.signers(among: keys, over: file)
        case .ssh(let signature):
            guard keys.contains(signature.key), signature.verifies(file) else { return [] }
            return [signature.key]
        }
    }
}
