import Bytes

extension Settings {
    /// A whole number within bounds; `nil` where it is missing.
    public func optionalNumber(
        _ name: String, in bounds: ClosedRange<Int64>
    ) throws(SettingError) -> Int64? {
        guard let value = take(name) else { return nil }
        guard case .integer(let number) = value, bounds.contains(number) else {
            throw failure(
                name, "is not a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    /// An amount of bytes: a number, or a text like `"512 MiB"`; `nil` where it is missing.
    public func optionalSize(_ name: String) throws(SettingError) -> UInt64? {
        switch take(name) {
        case nil: return nil
        case .integer(let number) where number > 0: return UInt64(number)
        case .text(let text):
            if let size = Settings.size(text) { return size }
        default: break
        }
        throw failure(name, "is no amount of bytes; write a whole number, or \"512 MiB\"")
    }

    /// A number with a unit of 1,024 bytes to a power.
    private static func size(_ text: ByteString) -> UInt64? {
        let digits = text.bytes.prefix { (0x30...0x39).contains($0) }
        let unit = text.bytes.dropFirst(digits.count).drop { $0 == 0x20 }
        let units = ["KiB", "MiB", "GiB", "TiB"]
        guard let power = units.firstIndex(where: { unit.elementsEqual($0.utf8) }),
            let number = UInt64(String(decoding: digits, as: UTF8.self)), number > 0
        else { return nil }
        let (size, overflows) = number.multipliedReportingOverflow(by: 1 << (10 * (power + 1)))
        return overflows || size > UInt64(Int64.max) ? nil : size
    }

    /// A list of whatever values; `nil` where it is missing.
    public func optionalList(_ name: String) throws(SettingError) -> [Setting]? {
        guard let value = take(name) else { return nil }
        guard case .list(let items) = value else { throw failure(name, "is not a list") }
        return items
    }
}
