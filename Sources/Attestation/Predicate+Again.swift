import Bytes

extension Predicate.Build {
    /// The path as typed, to read the artifact once more; `nil` if ``name`` is in no escaped form.
    public var path: ByteString? { Unescape.bytes(of: name) }
}

extension Predicate {
    /// Checks digests made again, just before signing, against those of the report.
    ///
    /// - Throws: ``AttestationError`` with code `unfit` if an artifact is no longer what was
    ///   compared.
    public func confirm(left: Digest, right: Digest) throws(AttestationError) {
        for (place, build, digest) in [
            (Place.left, self.left, left), (Place.right, self.right, right),
        ] where build.sha256 != digest {
            throw AttestationError(
                .unfit,
                "the \(place.rawValue) artifact \(build.name.escaped) now has the SHA-256 "
                    + "\(digest.hex), not \(build.sha256.hex) as in the report; compare again")
        }
    }
}

/// The inverse of ``Escape/visible(_:)``.
enum Unescape {
    /// The bytes that `text` shows; `nil` if it is not what they are shown as.
    static func bytes(of text: ByteString) -> ByteString? {
        var bytes: [UInt8] = []
        var rest = text.bytes[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard let escaped = escape(&rest) else { return nil }
            bytes += escaped
        }
        let name = ByteString(bytes)
        return ByteString(name.escaped) == text ? name : nil
    }

    private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        switch rest.popFirst() {
        case UInt8(ascii: "\\"): return [UInt8(ascii: "\\")]
        case UInt8(ascii: "x"):
            defer { rest = rest.dropFirst(2) }
            return Hex.decode(rest.prefix(2))
        case UInt8(ascii: "u"):
            let digits = rest.dropFirst().prefix { $0 != UInt8(ascii: "}") }
            rest = rest.dropFirst(digits.count + 2)
            guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(value)
            else { return nil }
            return Array(String(Character(scalar)).utf8)
        default: return nil
        }
    }
}
