import Bytes
import Foundation
import Signing
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
        let context: [UInt8]
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
                    context: try test["ctx"].map { try bytes($0) } ?? [],
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
    /// Name, algorithm, vectors, and how many of them verify here. Signatures of ML-DSA that are
    /// valid under a context are not valid here, where there is none.
    static let files: [(String, Algorithm, Int, Int)] = [
        ("ed25519", .ed25519, 151, 88),
        ("ecdsa_secp256r1_sha256", .ecdsaP256, 484, 174),
        ("ecdsa_secp384r1_sha384", .ecdsaP384, 504, 194),
        ("rsa_pss_2048_sha256_mgf1_32", .rsaPSS, 108, 63),
        ("rsa_pss_4096_sha256_mgf1_32", .rsaPSS, 108, 63),
        ("mldsa_65_verify", .mlDSA65, 210, 77),
        ("mldsa_87_verify", .mlDSA87, 241, 69),
    ]

    @Test(arguments: files)
    func `every vector is judged as expected`(
        name: String, algorithm: Algorithm, count: Int, valid: Int
    ) throws {
        let cases = try Wycheproof.cases(name)
        #expect(cases.count == count)
        var verified = 0
        for vector in cases {
            let key = try? PublicKey(der: vector.key)
            #expect(key != nil || !vector.isValid, "case \(vector.number)")
            #expect(key == nil || key?.algorithm == algorithm, "case \(vector.number)")
            let verdict = key?.verifies(vector.signature, over: vector.message) ?? false
            #expect(verdict == (vector.isValid && vector.context.isEmpty), "case \(vector.number)")
            verified += verdict ? 1 : 0
        }
        #expect(verified == valid)
    }
}
