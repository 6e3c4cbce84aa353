internal import CCrypto

/// How a key is made of a passphrase, with what that may cost at most.
///
/// The costs stand in the file, and whoever wrote it may have meant to keep the reader busy.
enum KeyDerivation: Equatable {
    /// PBKDF2 (RFC 8018, section 5.2).
    case pbkdf2(salt: [UInt8], iterations: UInt32, function: Function)
    /// scrypt (RFC 7914, section 2): `cost` is its N.
    case scrypt(salt: [UInt8], cost: UInt32, blockSize: UInt32, parallelization: UInt32)

    /// The pseudorandom functions of PBKDF2 that are in use.
    enum Function: CaseIterable {
        case sha256, sha384, sha512

        /// The AlgorithmIdentifier in DER (RFC 8018, appendix B.1.2), with its NULL.
        var identifier: [UInt8] {
            let arc: UInt8 =
                switch self {
                case .sha256: 9
                case .sha384: 10
                case .sha512: 11
                }
            return DER.encode(
                .sequence,
                DER.encode(.objectIdentifier, [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, arc])
                    + DER.encode(.null, []))
        }

        /// libcrypto's digest; the pointers live as long as the program.
        fileprivate var method: OpaquePointer? {
            switch self {
            case .sha256: unsafe EVP_sha256()
            case .sha384: unsafe EVP_sha384()
            case .sha512: unsafe EVP_sha512()
            }
        }
    }

    /// The most iterations of PBKDF2: a second or two.
    static let iterationLimit: UInt32 = 4_000_000
    /// The most memory that scrypt may take, in bytes.
    static let memoryLimit: UInt64 = 256 << 20
    /// The most bytes that scrypt may run through, all its lanes together.
    static let workLimit: UInt64 = 1 << 30
    /// The longest salt in bytes.
    private static let saltLimit = 1_024
    /// id-PBKDF2 (RFC 8018, appendix A.2).
    private static let pbkdf2Identifier: [UInt8] = [
        0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c,
    ]
    /// id-scrypt (RFC 7914, section 7).
    private static let scryptIdentifier: [UInt8] = [
        0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b,
    ]

    /// For a new file: scrypt with 16 MiB, five times (OWASP's equivalent of 128 MiB once), since
    /// libcrypto reads no more than 32 MiB.
    static func fresh() throws(CryptoError) -> KeyDerivation {
        .scrypt(
            salt: try Library.randomBytes(16), cost: 1 << 14, blockSize: 8, parallelization: 5)
    }

    /// From the content of an AlgorithmIdentifier, for a key of `length` bytes.
    ///
    /// - Throws: ``CryptoError`` for another function, and for costs past the limits.
    init(_ identifier: DER.Reader, length: Int) throws(CryptoError) {
        var identifier = identifier
        let name = identifier.take(.objectIdentifier)
        guard var values = identifier.open(), identifier.isAtEnd,
            let salt = values.take(.octetString), (1...KeyDerivation.saltLimit).contains(salt.count)
        else { throw EncryptedKeyInfo.malformed }
        switch name {
        case KeyDerivation.pbkdf2Identifier:
            self = try KeyDerivation.pbkdf2(salt, &values, length)
        case KeyDerivation.scryptIdentifier:
            self = try KeyDerivation.scrypt(salt, &values, length)
        default:
            throw CryptoError(
                "the passphrase goes through a function that is not in use here; \(Self.remedy)")
        }
    }

    /// What to do about a file that this does not read.
    static let remedy = "encrypt the key again with openssl pkcs8 -topk8 -v2 aes-256-cbc"

    /// iterationCount, keyLength OPTIONAL, prf (RFC 8018, appendix A.2).
    private static func pbkdf2(
        _ salt: [UInt8], _ values: inout DER.Reader, _ length: Int
    ) throws(CryptoError) -> KeyDerivation {
        guard let iterations = values.takeNumber(), iterations > 0 else {
            throw EncryptedKeyInfo.malformed
        }
        guard iterations <= iterationLimit else {
            throw CryptoError(
                "the key file asks for \(iterations) iterations, more than \(iterationLimit); "
                    + remedy)
        }
        try expect(length, &values)
        let function = values.take(.sequence).map { DER.encode(.sequence, $0) }
        guard values.isAtEnd,
            let function = Function.allCases.first(where: { $0.identifier == function })
        else { throw CryptoError("PBKDF2 is in use here with SHA-2 alone; \(remedy)") }
        return .pbkdf2(salt: salt, iterations: iterations, function: function)
    }

    /// costParameter, blockSize, parallelizationParameter, keyLength OPTIONAL (RFC 7914,
    /// section 7).
    private static func scrypt(
        _ salt: [UInt8], _ values: inout DER.Reader, _ length: Int
    ) throws(CryptoError) -> KeyDerivation {
        guard let cost = values.takeNumber(), let size = values.takeNumber(),
            let lanes = values.takeNumber(), cost > 1, cost & (cost - 1) == 0, size > 0, lanes > 0
        else { throw EncryptedKeyInfo.malformed }
        try expect(length, &values)
        guard values.isAtEnd else { throw EncryptedKeyInfo.malformed }
        let memory = UInt64(cost).multipliedReportingOverflow(by: 128 * UInt64(size))
        let work = memory.partialValue.multipliedReportingOverflow(by: UInt64(lanes))
        guard !memory.overflow, !work.overflow, memory.partialValue <= memoryLimit,
            work.partialValue <= workLimit, lanes <= 1_024, size <= 1_024
        else {
            throw CryptoError(
                "the key file asks for more of scrypt than \(memoryLimit >> 20) MiB and "
                    + "\(workLimit >> 20) MiB of work; \(remedy)")
        }
        return .scrypt(salt: salt, cost: cost, blockSize: size, parallelization: lanes)
    }

    /// A key length may be left out; it must not be another one.
    private static func expect(_ length: Int, _ values: inout DER.Reader) throws(CryptoError) {
        guard let stated = values.takeNumber() else { return }
        guard stated == length else { throw EncryptedKeyInfo.malformed }
    }

    /// The AlgorithmIdentifier in DER.
    var identifier: [UInt8] {
        let name: [UInt8]
        let values: [UInt8]
        switch self {
        case .pbkdf2(let salt, let iterations, let function):
            name = KeyDerivation.pbkdf2Identifier
            values =
                DER.encode(.octetString, salt) + DER.encode(iterations) + function.identifier
        case .scrypt(let salt, let cost, let size, let lanes):
            name = KeyDerivation.scryptIdentifier
            values =
                DER.encode(.octetString, salt) + DER.encode(cost) + DER.encode(size)
                + DER.encode(lanes)
        }
        return DER.encode(
            .sequence, DER.encode(.objectIdentifier, name) + DER.encode(.sequence, values))
    }

    /// The key of `length` bytes (`PKCS5_PBKDF2_HMAC`, `EVP_PBE_scrypt`).
    ///
    /// - Throws: ``CryptoError`` if libcrypto cannot, as for want of memory.
    func key(of passphrase: [UInt8], length: Int) throws(CryptoError) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: length)
        let isMade = unsafe passphrase.withUnsafeBytes { bytes in
            let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            switch self {
            case .pbkdf2(let salt, let iterations, let function):
                return unsafe PKCS5_PBKDF2_HMAC(
                    text, Int32(bytes.count), salt, Int32(salt.count), Int32(iterations),
                    function.method, Int32(length), &key) == 1
            case .scrypt(let salt, let cost, let size, let lanes):
                // Its bookkeeping comes on top of the memory itself.
                return unsafe EVP_PBE_scrypt(
                    text, bytes.count, salt, salt.count, UInt64(cost), UInt64(size), UInt64(lanes),
                    KeyDerivation.memoryLimit + 32 << 20, &key, length) == 1
            }
        }
        guard isMade else { throw .latest("no key can be made of the passphrase") }
        return key
    }
}
