import ArgumentParser
import Bytes

/// A path or pattern as typed: its bytes, which need not be UTF-8.
///
/// The argument parser deals in strings, which cannot hold such bytes. On the way in, each byte
/// that is no part of well-formed UTF-8 stands as a code point of its own at the end of the last
/// private plane; here it becomes a byte again.
struct Path: ExpressibleByArgument, Hashable {
    /// The bytes.
    let name: ByteString

    /// A path by its bytes.
    init(_ name: ByteString) { self.name = name }

    /// A path from the argument parser's string, the stand-ins turned back into bytes.
    init(argument: String) {
        var bytes: [UInt8] = []
        for scalar in argument.unicodeScalars {
            if Path.stand(for: scalar) {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else {
                bytes += Array(String(Character(scalar)).utf8)
            }
        }
        name = ByteString(bytes)
    }

    /// Bytes from the command line as a string that ``init(argument:)`` takes back.
    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        var position = 0
        while position < bytes.count {
            var decoder = UTF8()
            var rest = bytes[position...].makeIterator()
            if case .scalarValue(let scalar) = decoder.decode(&rest), !stand(for: scalar) {
                text.unicodeScalars.append(scalar)
                position += UTF8.width(scalar)
            } else {
                let code = 0x10ff00 + UInt32(bytes[position])
                if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
                position += 1
            }
        }
        return text
    }

    /// Whether a scalar stands for a byte: U+10FF80 to U+10FFFF, one for each byte from 0x80.
    private static func stand(for scalar: Unicode.Scalar) -> Bool {
        (0x10ff80...0x10ffff).contains(scalar.value)
    }

    /// Whether standard input is meant.
    var isStandardInput: Bool { name == "-" }

    /// The path with something behind it.
    func appending(_ suffix: String) -> Path { Path(ByteString(name.bytes + Array(suffix.utf8))) }

    /// The path as C has it.
    var terminated: [CChar] { name.terminated }

    /// The path fit to be shown.
    var shown: String { name.escaped }
}
