import Bytes
internal import CCrypto

/// A digest in the making, by libcrypto's EVP interface (`EVP_DigestInit_ex`).
///
/// The owner is not copyable; ``fork()`` makes a second one that goes its own way.
@safe
public struct MessageDigest: ~Copyable {
    /// The algorithms in use here, by their names in libcrypto. Only SHA-256 and SHA-512 stand for
    /// bytes; the others are read where old lists of digests have them.
    public enum Algorithm: String, Sendable, CaseIterable {
        /// 16 bytes; broken, two files may share one.
        case md5 = "MD5"
        /// 20 bytes; broken, too.
        case sha1 = "SHA1"
        /// SHA-224: 28 bytes.
        case sha224 = "SHA224"
        /// SHA-256: 32 bytes.
        case sha256 = "SHA256"
        /// SHA-384: 48 bytes.
        case sha384 = "SHA384"
        /// SHA-512: 64 bytes.
        case sha512 = "SHA512"

        /// The digest's length in bytes.
        public var length: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha224: 28
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        /// libcrypto's method; the pointers live as long as the program.
        fileprivate var method: OpaquePointer? {
            switch self {
            case .md5: unsafe EVP_md5()
            case .sha1: unsafe EVP_sha1()
            case .sha224: unsafe EVP_sha224()
            case .sha256: unsafe EVP_sha256()
            case .sha384: unsafe EVP_sha384()
            case .sha512: unsafe EVP_sha512()
            }
        }
    }

    /// Algorithms that are broken, and only good for finding out whether an old file is what its
    /// writer wrote.
    public enum BrokenAlgorithm: Sendable {
        /// MD5: 16 bytes.
        case md5
        /// SHA-1: 20 bytes.
        case sha1
    }

    /// The `EVP_MD_CTX`, freed by the owner.
    private let context: OpaquePointer

    /// An empty message. Traps if libcrypto has no memory left.
    public init(_ algorithm: Algorithm) {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        let result = unsafe EVP_DigestInit_ex(context, algorithm.method, nil)
        precondition(result == 1, "libcrypto cannot begin a digest")
        unsafe self.context = context
    }

    /// An empty message; `nil` if libcrypto is set up without the algorithm.
    public init?(broken algorithm: BrokenAlgorithm) {
        guard let context = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        let method = unsafe algorithm == .md5 ? EVP_md5() : EVP_sha1()
        unsafe self.context = context
        guard unsafe EVP_DigestInit_ex(context, method, nil) == 1 else { return nil }
    }

    /// Takes over a context that another digest was copied into.
    private init(context: OpaquePointer) { unsafe self.context = context }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: Chunk) {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            let result = unsafe EVP_DigestUpdate(context, base, buffer.count)
            precondition(result == 1, "libcrypto cannot continue a digest")
        }
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

    /// A second digest of what the message holds so far.
    public borrowing func fork() -> MessageDigest {
        guard let copy = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        let result = unsafe EVP_MD_CTX_copy_ex(copy, context)
        precondition(result == 1, "libcrypto cannot copy a digest")
        return unsafe MessageDigest(context: copy)
    }

    /// The digest of the whole message.
    public consuming func finish() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        let result = unsafe EVP_DigestFinal_ex(context, &bytes, &length)
        precondition(result == 1, "libcrypto cannot end a digest")
        return Array(bytes.prefix(Int(length)))
    }

    /// The first `length` bytes of SHAKE256 (FIPS 202, section 6.2); empty if libcrypto lacks it.
    static func shake256(of bytes: [UInt8], length: Int) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { return [] }
        defer { unsafe EVP_MD_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: length)
        let isMade =
            unsafe EVP_DigestInit_ex(context, EVP_shake256(), nil) == 1
            && EVP_DigestUpdate(context, bytes, bytes.count) == 1
            && EVP_DigestFinalXOF(context, &output, length) == 1
        return isMade ? output : []
    }
}
