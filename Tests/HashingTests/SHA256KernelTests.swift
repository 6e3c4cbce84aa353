import Bytes
import Glibc
import Hashing
import TestSupport
import Testing

struct SHA256KernelTests {
    /// What one message after the other gives, by libcrypto.
    private func expect(
        _ kernel: SHA256Kernel, _ bytes: [UInt8], _ ranges: [Range<Int>], _ note: String
    ) {
        let digests = kernel.digests(of: ranges, in: bytes)
        #expect(digests.count == ranges.count)
        for (range, digest) in zip(ranges, digests) {
            let right = SHA256.digest(of: Array(bytes[range]))
            #expect(digest == right, "\(kernel) \(note): \(range)")
        }
    }

    private static let kernels = SHA256Kernel.allCases.filter(\.isSupported)

    @Test func `plain C is everywhere, and the best one is supported`() {
        #expect(SHA256Kernel.portable.isSupported)
        #expect(SHA256Kernel.best?.isSupported ?? true)
        #expect(!(SHA256Kernel.arm.isSupported && SHA256Kernel.avx512.isSupported))
    }

    /// FIPS 180-4, examples of the Secure Hash Standard by NIST.
    @Test(arguments: kernels)
    func `the examples of the standard`(kernel: SHA256Kernel) {
        let long = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
        let text = Array("abc".utf8) + Array(long.utf8)
        let digests = kernel.digests(of: [0..<3, 3..<59, 0..<0], in: text)
        #expect(
            digests.map(\.hex) == [
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ])
        #expect(kernel.digests(of: [], in: []).isEmpty)
        let million = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        #expect(
            kernel.digests(of: [0..<1_000_000], in: million).map(\.hex) == [
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ])
    }

    @Test(arguments: kernels)
    func `all lengths, each among others and alone`(kernel: SHA256Kernel) {
        var random = SeededGenerator(7)
        let bytes = random.bytes(1101)
        expect(kernel, bytes, (0...1100).map { 0..<$0 }, "together")
        for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000] {
            expect(kernel, bytes, [0..<length], "alone")
        }
    }

    /// Lanes end at different times, and there are more or fewer messages than lanes.
    @Test(arguments: kernels, 0..<40)
    func `random mixes of messages`(kernel: SHA256Kernel, seed: UInt64) {
        var random = SeededGenerator(seed)
        let bytes = random.bytes(20_000)
        let ranges = (0..<random.below(50)).map { _ in
            let start = random.below(bytes.count)
            let length = random.below(seed.isMultiple(of: 2) ? 300 : bytes.count - start)
            return start..<min(bytes.count, start + length)
        }
        expect(kernel, bytes, ranges, "seed \(seed)")
    }
}

struct FileDigestsTests {
    @Test(arguments: [nil] + SHA256KernelTests.all, [1, 3])
    func `every file of a tree, small and large, by any kernel and number of jobs`(
        kernel: SHA256Kernel?, jobs: Int
    ) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(3)
        var contents: [ByteString: [UInt8]] = [:]
        for index in 0..<60 {
            let name = "f\(index)"
            let size = index == 9 ? 1_500_000 : index.isMultiple(of: 7) ? 0 : random.below(300_000)
            contents[ByteString(name)] = random.bytes(size)
            try folder.file(ByteString(name), contents[ByteString(name)] ?? [])
        }
        let tree = try Tree(root: folder.path)
        let digests = try FileDigests(tree, jobs: jobs, kernel: kernel).all()
        #expect(digests.count == tree.nodes.count)
        for (node, digest) in zip(tree.nodes, digests) {
            let content = contents[node.path]
            #expect(digest == content.map { SHA256.digest(of: $0) }, "\(node.path.escaped)")
        }
    }
}

extension SHA256KernelTests {
    static var all: [SHA256Kernel?] { kernels.map { $0 } }
}
