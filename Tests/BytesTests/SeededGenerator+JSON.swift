import Bytes
import TestSupport

extension SeededGenerator {
    mutating func unicode() -> ByteString {
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
        case 4: return .string(unicode())
        case 5: return .array((0..<below(4)).map { _ in json(depth: depth - 1) })
        default:
            let keys = Set((0..<below(4)).map { _ in unicode() }).sorted()
            return .object(keys.map { JSON.Entry($0, json(depth: depth - 1)) })
        }
    }
}
