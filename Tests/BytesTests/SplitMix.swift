import Bytes

/// SplitMix64, seeded, so that a failing test fails again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    mutating func text() -> ByteString {
        var text = ""
        for _ in 0..<below(6) {
            guard let scalar = Unicode.Scalar(UInt32(below(0x3000))) else { continue }
            text.unicodeScalars.append(scalar)
        }
        return ByteString(text)
    }

    mutating func json(depth: Int) -> JSON {
        switch below(depth > 0 ? 7 : 5) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(truncatingIfNeeded: next()))
        case 3: return .number(ByteString("1.5e\(below(99))"))
        case 4: return .string(text())
        case 5: return .array((0..<below(4)).map { _ in json(depth: depth - 1) })
        default:
            let keys = Set((0..<below(4)).map { _ in text() }).sorted()
            return .object(keys.map { JSON.Entry($0, json(depth: depth - 1)) })
        }
    }
}
