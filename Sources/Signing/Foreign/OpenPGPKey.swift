import Bytes
import LibCrypto

/// An OpenPGP certificate (RFC 9580, section 10.1): a primary key with what belongs to it.
///
/// Nothing is verified with it here: that is for gpgv or sqv. It is read to be sure which key it
/// is, and to know it again where it also stands in another form.
public struct OpenPGPKey: Hashable, Sendable {
    /// The fingerprint of the primary key in capitals, 40 hexadecimal digits, or 64 of version 6.
    public let fingerprint: String
    /// Its packets, as gpgv takes a keyring.
    public let packets: [UInt8]
    /// Those of its keys, subkeys too, that other programs sign with as well.
    public let plainKeys: [PublicKey]

    /// The most bytes of its text.
    public static let sizeLimit = 512 * 1024

    /// The certificate in an armored block.
    ///
    /// - Throws: ``SigningError`` for any other text, several certificates, and secret keys.
    public init(armored text: [UInt8]) throws(SigningError) {
        guard text.count <= OpenPGPKey.sizeLimit,
            let bytes = OpenPGPArmor.decode(text, label: "PGP PUBLIC KEY BLOCK")
        else {
            throw SigningError(
                "this is no armored OpenPGP key; write it with 'gpg --armor --export FINGERPRINT'")
        }
        guard let packets = OpenPGPPacket.all(in: bytes), let first = packets.first else {
            throw SigningError("the packets of the OpenPGP key are malformed; export it again")
        }
        guard !packets.contains(where: { $0.tag == .secretKey || $0.tag == .secretSubkey }) else {
            throw SigningError(
                "this is a SECRET key; keep it to yourself, and export the public one")
        }
        guard packets.count(where: { $0.tag == .publicKey }) == 1, first.tag == .publicKey else {
            throw SigningError(
                "this is not exactly one OpenPGP key; give each holder a key of its own")
        }
        guard let fingerprint = first.fingerprint else {
            throw SigningError("the OpenPGP key is of a version other than 4 and 6")
        }
        self.fingerprint = fingerprint
        self.packets = bytes
        plainKeys = packets.compactMap(\.plainKey)
    }
}

/// The armor around binary OpenPGP data (RFC 9580, section 6.2).
enum OpenPGPArmor {
    /// The bytes in a text that is one armored block of a kind and nothing else. Headers are passed
    /// over; so is the checksum, which protects nothing (section 6.1).
    static func decode(_ text: [UInt8], label: String) -> [UInt8]? {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count >= 3, lines[0].elementsEqual("-----BEGIN \(label)-----".utf8),
            lines[lines.count - 1].elementsEqual("-----END \(label)-----".utf8),
            let blank = lines.firstIndex(where: \.isEmpty),
            lines[1..<blank].allSatisfy({ $0.contains(UInt8(ascii: ":")) })
        else { return nil }
        var body = lines[(blank + 1)..<(lines.count - 1)]
        if let sum = body.last, sum.first == UInt8(ascii: "="), sum.count == 5 {
            body.removeLast()
        }
        return Base64.decode(Array(body.joined()))
    }
}
