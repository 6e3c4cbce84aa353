import Bytes
import Hashing
import LibCrypto

/// What a tag says of other bytes of the package, and that it is true: the one reason to call a tag
/// derived.
enum RpmCheck {
    /// SHA-1 or SHA-256 of the main header, in hexadecimal digits.
    case headerSHA1, headerSHA256
    /// Bytes of main header and payload.
    case size
    /// MD5 of main header and payload.
    case md5
    /// SHA-256 or SHA-512 of the payload as it is stored, in hexadecimal digits.
    case payloadSHA256, payloadSHA512

    /// What is checked of a tag; `nil` for one that stands for itself.
    init?(_ entry: RpmHeader.Entry, _ header: RpmHeader, _ bytes: [UInt8]) {
        switch (header.place, entry.tag, entry.type) {
        case (.signature, 269, 6): self = .headerSHA1
        case (.signature, 273, 6): self = .headerSHA256
        case (.signature, 1000, 4) where entry.count == 1: self = .size
        case (.signature, 270, 5) where entry.count == 1: self = .size
        case (.signature, 1004, 7): self = .md5
        case (.main, 5092, 8) where entry.count == 1:
            let line = header.entries.first { $0.tag == 5093 && $0.type == 4 && $0.count == 1 }
            switch line.map({ RpmHeader.number(bytes[$0.value]) }) {
            case 8: self = .payloadSHA256
            case 10: self = .payloadSHA512
            default: return nil
            }
        default: return nil
        }
    }

    /// The value that the tag has to have, of `length` bytes if it is a number.
    ///
    /// - Parameters:
    ///   - header: the bytes of the main header.
    ///   - payload: reads the payload anew.
    func value(
        header: ArraySlice<UInt8>, payload: () -> RangeSource, payloadSize: UInt64, length: Int
    ) throws(SourceError) -> [UInt8] {
        switch self {
        case .headerSHA256:
            return RpmCheck.text(try RpmCheck.digest(MessageDigest(.sha256), header, nil))
        case .headerSHA1:
            return RpmCheck.text(
                try RpmCheck.digest(RpmCheck.broken(.sha1), header, nil))
        case .size:
            let size = UInt64(header.count) + payloadSize
            return (0..<length).reversed().map {
                UInt8(truncatingIfNeeded: size >> (8 * UInt64($0)))
            }
        case .md5: return try RpmCheck.digest(RpmCheck.broken(.md5), header, payload())
        case .payloadSHA256:
            return RpmCheck.text(try RpmCheck.digest(MessageDigest(.sha256), [], payload()))
        case .payloadSHA512:
            return RpmCheck.text(try RpmCheck.digest(MessageDigest(.sha512), [], payload()))
        }
    }

    private static func broken(
        _ algorithm: MessageDigest.BrokenAlgorithm
    ) throws(SourceError) -> MessageDigest {
        guard let digest = MessageDigest(broken: algorithm) else {
            throw SourceError(
                .unsupported, at: 0,
                "libcrypto is set up without an algorithm that an rpm is checked by; allow "
                    + "\(algorithm) to go on")
        }
        return digest
    }

    /// Digits in lower case and a NUL, as rpm has them.
    private static func text(_ digest: [UInt8]) -> [UInt8] { Array(Hex.encode(digest).utf8) + [0] }

    private static func digest(
        _ digest: consuming MessageDigest, _ header: ArraySlice<UInt8>, _ payload: RangeSource?
    ) throws(SourceError) -> [UInt8] {
        digest.update(header)
        while let chunk = try payload?.next() { digest.update(chunk) }
        return digest.finish()
    }
}
