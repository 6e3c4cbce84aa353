/// What can be told of an RSA public key by its looks.
public struct RSAModulus: Hashable, Sendable {
    /// The bits of the modulus.
    public let bits: Int

    /// The smallest modulus, in bits, by which signatures are believed.
    public static let smallest = 2_048
    /// The smallest modulus, in bits, of a key that signs: as strong as 128 bits (SP 800-57 part 1,
    /// table 2).
    public static let smallestToSign = 3_072
    /// The largest modulus in bits: a verification takes time that grows with its square.
    public static let largest = 8_192

    /// A key from its RSAPublicKey (RFC 8017, appendix A.1.1) in DER.
    ///
    /// The exponent is odd, and from 65537 up to below 2^64, as FIPS 186-5, appendix A.1.1 has it
    /// from below and libcrypto from above.
    /// - Throws: ``CryptoError`` for a modulus that is too small, too large or even, and any other
    ///   exponent.
    public init(rsaPublicKey: [UInt8]) throws(CryptoError) {
        var outer = DER.Reader(rsaPublicKey)
        guard var body = outer.open(), outer.isAtEnd, let modulus = body.takeUnsigned(),
            let exponent = body.takeUnsigned(), body.isAtEnd, let high = modulus.first,
            modulus.last.map({ $0 & 1 }) == 1
        else { throw CryptoError("the RSA public key is malformed") }
        bits = modulus.count * 8 - high.leadingZeroBitCount
        guard (RSAModulus.smallest...RSAModulus.largest).contains(bits) else {
            throw CryptoError(
                "the RSA key has \(bits) bits; \(RSAModulus.smallest) to \(RSAModulus.largest) are "
                    + "in use here")
        }
        let value = exponent.count <= 8 ? exponent.reduce(0) { $0 << 8 | UInt64($1) } : 0
        guard value >= 65_537, value & 1 == 1 else {
            throw CryptoError("the RSA key's exponent is not odd, below 65537, or over 64 bits")
        }
    }
}
