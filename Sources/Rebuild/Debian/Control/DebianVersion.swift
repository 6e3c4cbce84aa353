import Bytes

/// A version of a Debian package, ordered as dpkg does (deb-version(7)).
struct DebianVersion: Hashable, Sendable, Comparable {
    /// As written.
    let text: ByteString
    private let epoch: [UInt8]
    private let upstream, revision: ArraySlice<UInt8>

    /// A version; `nil` if `text` is none.
    init?(_ text: ByteString) {
        self.text = text
        var rest = text.bytes[...]
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            let digits = rest[..<colon]
            guard !digits.isEmpty, digits.count < 10, digits.allSatisfy(DebianVersion.isDigit)
            else { return nil }
            epoch = Array(digits.drop { $0 == 0x30 })
            rest = rest[(colon + 1)...]
        } else {
            epoch = []
        }
        if let dash = rest.lastIndex(of: UInt8(ascii: "-")) {
            (upstream, revision) = (rest[..<dash], rest[(dash + 1)...])
            guard !revision.isEmpty else { return nil }
        } else {
            (upstream, revision) = (rest, [])
        }
        let others = Set("+-.~:".utf8)
        guard !upstream.isEmpty,
            (upstream + revision).allSatisfy({
                DebianVersion.isDigit($0) || DebianVersion.isLetter($0) || others.contains($0)
            })
        else { return nil }
    }

    /// The version as file names have it: without the epoch.
    var withoutEpoch: ByteString {
        ByteString(upstream + (revision.isEmpty ? [] : [UInt8(ascii: "-")] + revision))
    }

    /// Whether they are the same to dpkg, however they are written.
    static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        order(left, right) == 0
    }

    static func < (left: DebianVersion, right: DebianVersion) -> Bool { order(left, right) < 0 }

    /// Nothing but what is equal in equal versions.
    func hash(into hasher: inout Hasher) { hasher.combine(epoch) }

    /// Less than, equal to or greater than zero.
    private static func order(_ left: DebianVersion, _ right: DebianVersion) -> Int {
        let epochs = orderNumbers(left.epoch[...], right.epoch[...])
        if epochs != 0 { return epochs }
        let upstreams = order(left.upstream, right.upstream)
        return upstreams != 0 ? upstreams : order(left.revision, right.revision)
    }

    /// Compares runs of other characters and of digits in turn.
    private static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            while !atNumber(left) || !atNumber(right) {
                let difference =
                    weight(atNumber(left) ? nil : left.first)
                    - weight(atNumber(right) ? nil : right.first)
                if difference != 0 { return difference }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let (leftDigits, rightDigits) = (
                left.prefix(while: isDigit), right.prefix(while: isDigit)
            )
            let difference = orderNumbers(
                leftDigits.drop { $0 == 0x30 }, rightDigits.drop { $0 == 0x30 })
            if difference != 0 { return difference }
            left = left.dropFirst(leftDigits.count)
            right = right.dropFirst(rightDigits.count)
        }
        return 0
    }

    /// Whether a number begins, or the text is at its end, which counts as zero.
    private static func atNumber(_ text: ArraySlice<UInt8>) -> Bool {
        text.first.map(isDigit) ?? true
    }

    /// Compares digits without leading zeros.
    private static func orderNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left.count != right.count { return left.count - right.count }
        return left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    /// The tilde before the end, the end before letters, letters before the rest.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return isLetter(byte) ? Int(byte) : Int(byte) + 256
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
}
