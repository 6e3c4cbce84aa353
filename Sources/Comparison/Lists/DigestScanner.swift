import Bytes
import Hashing

/// Finds digests written down in a text: in hexadecimal digits, or in base 64 of either alphabet.
///
/// A digest is a whole run of digits of its length, or stands at the beginning or end of a run of
/// base 64, as in `sha256-…`. Takes time in proportion to the bytes.
struct DigestScanner {
    /// The first half of a digest or more, and how many bytes the whole has.
    struct Key: Hashable {
        let first, second: UInt64
        let size: Int

        /// Of at least 16 bytes.
        init?(_ bytes: some Collection<UInt8>, size: Int) {
            guard bytes.count >= 16 else { return nil }
            first = ByteOrder.big(bytes.prefix(8))
            second = ByteOrder.big(bytes.dropFirst(8).prefix(8))
            self.size = size
        }
    }

    /// Digests in bytes.
    private static let sizes = [16, 20, 28, 32, 48, 64]
    /// A longer run is no digest, nor one with a word before it.
    private static let runLimit = 160
    /// By byte: its value in base 64, with 64 for a byte that has none.
    private static let sixBits = (0...255 as ClosedRange<UInt8>).map { Base64.value(of: $0) ?? 64 }

    /// Called with each digest.
    private let found: (Key) -> Void
    /// The run that the last bytes made, as far as it may be a digest.
    private var run: [UInt8] = []
    private var isTooLong = false

    init(_ found: @escaping (Key) -> Void) { self.found = found }

    /// Takes the next bytes of the text.
    mutating func add(_ bytes: Chunk) {
        for byte in bytes {
            if DigestScanner.sixBits[Int(byte)] == 64 {
                endRun()
            } else if run.count < DigestScanner.runLimit {
                run.append(byte)
            } else {
                isTooLong = true
            }
        }
    }

    /// Ends the text; another may follow.
    mutating func endRun() {
        if run.count >= 22, !isTooLong {
            scanHex()
            scanBase64()
        }
        run.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    /// Digits of base 16 are digits of base 64 too, so their runs lie in those.
    private func scanHex() {
        // In a run of base 64 this bit makes small letters of capitals, and no digits of other
        // bytes.
        for digits in run.map({ $0 | 0x20 }).split(whereSeparator: { Hex.value(of: $0) == nil })
        where digits.count % 2 == 0 && DigestScanner.sizes.contains(digits.count / 2) {
            guard let bytes = Hex.decode(digits.prefix(32)) else { continue }
            if let key = Key(bytes, size: digits.count / 2) { found(key) }
        }
    }

    private func scanBase64() {
        for size in DigestScanner.sizes {
            // Without the padding, which ends the run.
            let length = (size * 8 + 5) / 6
            guard run.count >= length else { continue }
            for text in run.count == length ? [run[...]] : [run.prefix(length), run.suffix(length)]
            {
                if let key = Key(DigestScanner.decode(text.prefix(22)), size: size) { found(key) }
            }
        }
    }

    /// The first 16 bytes of base 64.
    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in text {
            bits = bits << 6 | sixBits[Int(digit)]
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }
}
