internal import CCrypto

/// The libcrypto that was loaded.
public enum Library {
    /// Its version, as `3.0.22`.
    public static var version: String {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION_STRING) else { return "unknown" }
        return unsafe String(cString: text)
    }

    /// Overwrites bytes that are secret, in a way that no compiler leaves out (`OPENSSL_cleanse`).
    ///
    /// Only this array's own storage: a copy made before stays as it is.
    public static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    /// Random bytes (`RAND_bytes`).
    ///
    /// - Throws: ``CryptoError`` if libcrypto has none.
    static func randomBytes(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else {
            throw .latest("there are no random numbers")
        }
        return bytes
    }
}

extension KeyAlgorithm {
    /// The name of the key's type in libcrypto (`EVP_PKEY-*`).
    var typeName: String {
        switch self {
        case .ecdsaP256, .ecdsaP384: "EC"
        case .rsaPSS: "RSA"
        default:
            // The last letter of SLH-DSA's names is a small one, in libcrypto as in FIPS 205.
            rawValue.last?.isNumber == true
                ? rawValue.uppercased()
                : String(rawValue.dropLast().uppercased()) + String(rawValue.suffix(1))
        }
    }

    /// The name of the curve, for keys of type EC.
    var group: String? {
        switch self {
        case .ecdsaP256: "P-256"
        case .ecdsaP384: "P-384"
        default: nil
        }
    }

    /// The digest that the algorithm is used with; none where it brings its own.
    var digest: OpaquePointer? {
        switch self {
        case .ecdsaP256, .rsaPSS: unsafe EVP_sha256()
        case .ecdsaP384: unsafe EVP_sha384()
        default: nil
        }
    }

    /// Whether the libcrypto that was loaded has the algorithm. Those for keys that are not
    /// post-quantum are in all that can be linked; the others came with 3.5.
    public var isInLibrary: Bool { !isPostQuantum || KeyAlgorithm.fetched.contains(self) }

    /// The post-quantum algorithms that libcrypto has, asked for once.
    private static let fetched = Set(allCases.filter { $0.isPostQuantum && $0.canBeFetched })

    /// Whether one of libcrypto's providers has the algorithm (`EVP_SIGNATURE_fetch`).
    private var canBeFetched: Bool {
        defer { ERR_clear_error() }
        guard let method = unsafe EVP_SIGNATURE_fetch(nil, typeName, nil) else { return false }
        unsafe EVP_SIGNATURE_free(method)
        return true
    }

    /// That the libcrypto that was loaded lacks the algorithm, and which one has it.
    public var missing: CryptoError {
        CryptoError("\(typeName) needs OpenSSL 3.5 or newer; this is \(Library.version)")
    }
}
