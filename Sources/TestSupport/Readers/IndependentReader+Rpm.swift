import Bytes

extension IndependentReader {
    /// What the payload of an rpm unpacks to; `nil` if the package ends before it.
    public static func rpm(_ bytes: [UInt8]) -> [Seen]? {
        func end(of start: Int) -> Int? {
            guard start + 16 <= bytes.count else { return nil }
            let lines = Int(ByteOrder.big(bytes[start + 8..<start + 12]))
            return start + 16 + 16 * lines + Int(ByteOrder.big(bytes[start + 12..<start + 16]))
        }
        guard let first = end(of: 96), let second = end(of: (first + 7) / 8 * 8),
            second < bytes.count
        else { return nil }
        return read(Array(bytes[second...]))
    }
}
