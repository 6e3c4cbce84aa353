import Bytes
import Foundation
import Hashing
import TestSupport
import Testing

@testable import Rebuild

/// Folders in the form of the Remote Execution API, beside an encoder that is not ours.
@Suite struct MerkleTests {
    /// A Python with protobuf; `nil` where there is none.
    private static let python: String? = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        (try? run($0, ["-c", "import google.protobuf"]))?.status == 0
    }

    private static func run(
        _ program: String, _ words: [String]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    private static func digest(_ path: ByteString) throws -> MerkleDigest {
        let tree = try Tree(root: path)
        return try MerkleFolder(
            tree, contents: try FileDigests(tree, jobs: 2).all(), title: "the tree"
        ).digest
    }

    @Test("an empty folder is an empty message")
    func empty() throws {
        let folder = try TemporaryFolder()
        #expect(
            try MerkleTests.digest(folder.path).text
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0")
    }

    @Test("the message of a folder, field by field")
    func message() throws {
        var folder = MerkleFolder()
        let empty = SHA256.digest(of: [])
        folder.nodes["b"] = .file(MerkleDigest(sha256: empty, size: 0), isExecutable: false)
        folder.nodes["a"] = .file(MerkleDigest(sha256: empty, size: 300), isExecutable: true)
        folder.nodes["l"] = .link("/x")
        folder.nodes["d"] = .folder(MerkleFolder())
        let hash = [0x0a, 0x40] + Array(empty.hex.utf8)
        let expected: [UInt8] =
            [0x0a, 0x4c, 0x0a, 1, 0x61, 0x12, 0x45] + hash + [0x10, 0xac, 0x02, 0x20, 1]
            + [0x0a, 0x47, 0x0a, 1, 0x62, 0x12, 0x42] + hash
            + [0x12, 0x47, 0x0a, 1, 0x64, 0x12, 0x42] + hash
            + [0x1a, 7, 0x0a, 1, 0x6c, 0x12, 2, 0x2f, 0x78]
        #expect(folder.message == expected)
    }

    @Test(
        "random trees have the digests that protobuf gives them",
        .enabled(if: python != nil, "skipped: no Python has protobuf"))
    func protobuf() throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(6)
        var paths: [String] = []
        for index in 0..<40 {
            let name = ByteString("t\(index)")
            try folder.folder(name)
            try MerkleTests.fill(name, in: folder, &random, depth: 0)
            paths.append(String(decoding: folder.path(of: name).bytes, as: UTF8.self))
        }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("merkle/merkle.py").path
        let (status, output) = try MerkleTests.run(
            try #require(MerkleTests.python), [script] + paths)
        #expect(status == 0)
        let ours = try paths.map { try MerkleTests.digest(ByteString($0)).text }
        #expect(output.split(separator: "\n").map(String.init) == ours)
        #expect(Set(ours).count > 30)
    }

    /// Names around the slash in order, and some of more than one byte.
    private static let names: [ByteString] = [
        "a", "a-b", "a.b", "a0", "A", "\u{e9}", "e\u{301}", "\u{1f332}", "z z", "\u{ffff}",
        "lost+found",
    ]

    private static func fill(
        _ path: ByteString, in folder: TemporaryFolder, _ random: inout SeededGenerator, depth: Int
    ) throws {
        for name in names where random.once(in: 2) {
            let place = ByteString(path.bytes + [0x2f] + name.bytes)
            switch random.below(depth < 4 ? 5 : 3) {
            case 0: try folder.file(place, random.bytes(random.below(3) * 150))
            case 1:
                let mode: UInt32 = random.pick([0o755, 0o641, 0o604])
                try folder.file(place, random.bytes(random.below(70_000)), mode: mode)
            case 2: try folder.link(place, to: random.pick(["/", "..", "\u{e9}/x", "a"]))
            default:
                try folder.folder(place)
                try fill(place, in: folder, &random, depth: depth + 1)
            }
        }
    }

    @Test("names and targets that are not UTF-8, pipes and sockets are refused by name")
    func refused() throws {
        let makers: [(String, (TemporaryFolder) throws -> Void)] = [
            (
                "d/x\\xff of the tree is not UTF-8",
                { try $0.file(ByteString(Array("d/x".utf8) + [0xff]), []) }
            ),
            (
                "d/\\xc3 of the tree is not UTF-8",
                { try $0.folder(ByteString(Array("d/".utf8) + [0xc3])) }
            ),
            (
                "the link d/l of the tree is not UTF-8",
                { try $0.link("d/l", to: ByteString([0x80])) }
            ),
            ("d/p of the tree is a pipe", { try $0.pipe("d/p") }),
        ]
        for (message, make) in makers {
            let folder = try TemporaryFolder()
            try folder.folder("d")
            try make(folder)
            let error = #expect(throws: RebuildError.self) { try MerkleTests.digest(folder.path) }
            #expect(error?.code == .input)
            #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test("a deep chain of folders is walked to its end")
    func deep() throws {
        let folder = try TemporaryFolder()
        var path: ByteString = "d"
        for _ in 0..<900 {
            try folder.folder(path)
            path = ByteString(path.bytes + Array("/d".utf8))
        }
        #expect(try MerkleTests.digest(folder.path).size > 0)
    }
}
