import Bytes
import Foundation
import LibCrypto
import Testing

/// Vectors of C2SP/wycheproof, which the project does not carry: they are read beside the package.
enum Wycheproof {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/vectors/wycheproof")

    static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    struct Case {
        let number: Int64
        let key: [UInt8]
        let message: [UInt8]
        let signature: [UInt8]
        let isValid: Bool
    }

    static func cases(_ name: String) throws -> [Case] {
        let file = folder.appending(path: "\(name)_test.json")
        let json = try JSON(parsing: [UInt8](try Data(contentsOf: file)))
        return try #require(json["testGroups"]?.array).flatMap { group in
            let key = try bytes(group["publicKeyDer"])
            return try #require(group["tests"]?.array).map { test in
                Case(
                    number: try #require(test["tcId"]?.integer), key: key,
                    message: try bytes(test["msg"]), signature: try bytes(test["sig"]),
                    isValid: test["result"]?.string == "valid")
            }
        }
    }

    private static func bytes(_ value: JSON?) throws -> [UInt8] {
        let text = try #require(value?.string)
        return try #require(Hex.decode(text.bytes))
    }
}

@Suite(.enabled(if: Wycheproof.isPresent, "skipped: no ../shared/vectors/wycheproof"))
struct WycheproofTests {
    @Test(arguments: [("ed25519", 151), ("ecdsa_secp256r1_sha256", 484)])
    func `every vector is judged as expected`(name: String, count: Int) throws {
        let cases = try Wycheproof.cases(name)
        #expect(cases.count == count)
        for vector in cases {
            let key = try VerifyingKey(spki: vector.key)
            let verdict = key.verifies(vector.signature, over: vector.message)
            #expect(verdict == vector.isValid, "case \(vector.number)")
        }
    }
}
