import Bytes

/// A line of `tally digest --normal`: a normal-form digest, the profile that it was made under, and
/// the name of what it is of.
///
///     DIGEST  PROFILE:DIGEST-OF-THE-PROFILE  NAME
///
/// Two spaces stand between the words, and a name is escaped as in ``ChecksumLine``.
public struct NormalFormLine: Hashable, Sendable {
    /// The file's name.
    public let name: ByteString
    /// The normal-form digest.
    public let digest: Digest
    /// The profile's name, with the rules that were named behind plus signs.
    public let profile: String
    /// The digest of the profile's text.
    public let profileDigest: Digest

    /// A line.
    public init(name: ByteString, digest: Digest, profile: String, profileDigest: Digest) {
        self.name = name
        self.digest = digest
        self.profile = profile
        self.profileDigest = profileDigest
    }

    /// The line with its line break.
    public var text: [UInt8] {
        ChecksumLine.line(Array("\(digest.hex)  \(profile):\(profileDigest.hex)".utf8), name)
    }

    /// The lines of a list; `nil` if one of them is no such line.
    public static func parse(_ text: [UInt8]) -> [NormalFormLine]? {
        var lines: [NormalFormLine] = []
        for line in text.split(separator: 0x0a) {
            guard let parsed = NormalFormLine(line) else { return nil }
            lines.append(parsed)
        }
        return lines
    }

    private init?(_ line: ArraySlice<UInt8>) {
        let isEscaped = line.first == UInt8(ascii: "\\")
        var rest = isEscaped ? line.dropFirst() : line
        func word() -> ArraySlice<UInt8>? {
            let word = rest.prefix { $0 != 0x20 }
            let gap = rest.dropFirst(word.count)
            guard gap.count > 2, gap.prefix(2).elementsEqual([0x20, 0x20]) else { return nil }
            rest = gap.dropFirst(2)
            return word
        }
        guard let first = word(), let digest = Digest(hex: first), let second = word(),
            let colon = second.lastIndex(of: UInt8(ascii: ":")),
            let profileDigest = Digest(hex: second[(colon + 1)...]),
            let name = ChecksumLine.name(rest, isEscaped: isEscaped)
        else { return nil }
        self.init(
            name: name, digest: digest,
            profile: String(decoding: second[..<colon], as: UTF8.self),
            profileDigest: profileDigest)
    }
}
