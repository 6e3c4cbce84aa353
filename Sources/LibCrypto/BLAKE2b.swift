internal import CCrypto

/// BLAKE2b (RFC 7693), which minisign hashes files with before it signs.
public enum BLAKE2b {
    /// The digest of 64 bytes; `nil` if libcrypto is set up without the algorithm.
    public static func digest512(of bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: 64)
        var length: UInt32 = 0
        let result = unsafe EVP_Digest(
            bytes, bytes.count, &digest, &length, EVP_blake2b512(), nil)
        return result == 1 && length == 64 ? digest : nil
    }
}
