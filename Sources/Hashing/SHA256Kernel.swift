import Bytes
internal import CKernels

/// What computes SHA-256 (FIPS 180-4) of several messages at once. One message alone goes to
/// libcrypto, see ``SHA256``.
public enum SHA256Kernel: String, CaseIterable, Sendable {
    /// Plain C, one message after the other.
    case portable
    /// The SHA extension of x86-64, four messages at once.
    case shaNI = "sha-ni"
    /// AVX-512, sixteen messages at once.
    case avx512
    /// The cryptographic extension of arm64, one message after the other.
    case arm

    /// Messages that it takes at once.
    var width: Int { tally_sha256_width(number) }

    /// The number by which C knows it.
    var number: Int32 {
        switch self {
        case .portable: Int32(TALLY_SHA256_PORTABLE.rawValue)
        case .shaNI: Int32(TALLY_SHA256_SHA_NI.rawValue)
        case .avx512: Int32(TALLY_SHA256_AVX512.rawValue)
        case .arm: Int32(TALLY_SHA256_ARM.rawValue)
        }
    }

    /// Whether this processor and this system have what it takes.
    public var isSupported: Bool { tally_sha256_supports(number) != 0 }

    /// The fastest one here. Plain C is slower than libcrypto: then `nil`.
    public static let best: SHA256Kernel? = [.avx512, .shaNI, .arm].first { $0.isSupported }

    /// The digests of messages that lie in `bytes`, in their order. Traps if the kernel is not
    /// supported, or if a message does not lie in `bytes`.
    public func digests(of messages: [Range<Int>], in bytes: [UInt8]) -> [Digest] {
        precondition(isSupported, "the processor lacks \(rawValue)")
        var digests = [UInt8](repeating: 0, count: 32 * messages.count)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            let starts = unsafe messages.map { range in
                precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count)
                return unsafe buffer.baseAddress.map { unsafe $0 + range.lowerBound }
            }
            unsafe tally_sha256_many(
                number, starts, messages.map { $0.count }, starts.count, &digests)
        }
        return messages.indices.map { index in
            guard let digest = Digest(Array(digests[32 * index..<32 * index + 32])) else {
                preconditionFailure("SHA-256 has 32 bytes")
            }
            return digest
        }
    }
}
