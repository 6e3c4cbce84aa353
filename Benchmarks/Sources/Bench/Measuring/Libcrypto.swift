import CCrypto

/// SHA-256 by libcrypto, the reference of the kernels, with one context for all messages.
final class Libcrypto {
    private let context = EVP_MD_CTX_new()
    private let method = EVP_MD_fetch(nil, "SHA256", nil)

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(method)
    }

    /// Writes the digests of `messages`, which lie in `bytes`, one after the other.
    func digests(of messages: [Range<Int>], in bytes: [UInt8]) throws -> [UInt8] {
        var digests = [UInt8](repeating: 0, count: 32 * messages.count)
        let isDone = bytes.withUnsafeBytes { bytes in
            digests.withUnsafeMutableBytes { digests in
                messages.indices.allSatisfy { index in
                    let message = UnsafeRawBufferPointer(rebasing: bytes[messages[index]])
                    let target = digests.baseAddress?.advanced(by: 32 * index)
                    return EVP_DigestInit_ex2(context, method, nil) == 1
                        && EVP_DigestUpdate(context, message.baseAddress, message.count) == 1
                        && EVP_DigestFinal_ex(
                            context, target?.assumingMemoryBound(to: UInt8.self), nil) == 1
                }
            }
        }
        guard isDone else { throw Failure("libcrypto cannot make digests") }
        return digests
    }
}
