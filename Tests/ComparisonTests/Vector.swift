import Foundation
import Testing

/// One pair of `Fixtures/hostile`: lines of a header, an empty line, the bytes of both sides.
struct Vector: Sendable, CustomTestStringConvertible {
    /// The file's name without its suffix.
    let name: String
    /// The lines of the header.
    let fields: [String: String]
    let left, right: [UInt8]

    var testDescription: String { name }

    /// A verdict, or `not-accepted` for either of those that are no match.
    var expected: String { fields["expect"] ?? "" }
    /// The class of hostile pair, as `T1`; benign pairs have none.
    var kind: String? { fields["class"] }
    /// The profile that ``expected`` is about.
    var profile: String { fields["profile"] ?? "archive" }
    /// For a benign pair exactly the rules that tolerate something.
    var rules: Set<String> {
        Set((fields["rules"] ?? "").split(separator: ",").map { String($0) })
    }
    var isBenign: Bool { expected == "equivalent" }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    /// A file of `Fixtures`.
    static func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: fixtures.appending(path: name)))
    }

    /// Every vector, in order of their names; what cannot be read is missing, and a test counts.
    static let all: [Vector] = {
        let folder = fixtures.appending(path: "hostile").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".vector") }.sorted().compactMap { name in
            (try? read("hostile/" + name)).flatMap { Vector(String(name.dropLast(7)), $0) }
        }
    }()

    /// A vector from the bytes of its file; `nil` if they are none.
    init?(_ name: String, _ bytes: [UInt8]) {
        guard
            let end = bytes.indices.dropLast().first(where: { bytes[$0...].starts(with: [10, 10]) })
        else { return nil }
        var fields: [String: String] = [:]
        for line in String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, fields[String(parts[0])] == nil else { return nil }
            fields[String(parts[0])] = String(parts[1].dropFirst())
        }
        func size(_ side: String) -> Int? {
            fields[side]?.split(separator: " ").last.flatMap { Int($0) }
        }
        guard let first = size("left"), let second = size("right"),
            end + 2 + first + second == bytes.count
        else { return nil }
        self.name = name
        self.fields = fields
        left = Array(bytes[(end + 2)...].prefix(first))
        right = Array(bytes.suffix(second))
    }
}
