import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import Hashing
import TestSupport
import Testing

/// Where a tar's owners are installed, and blobs that are named by their digests.
struct TarRoleTests {
    private func both(_ a: [UInt8], _ b: [UInt8], _ check: (Report) -> Void) {
        RegressionTests.both(a, b, Workbench.options(), check)
    }

    private func tar(_ names: [ByteString], user: Int, order: [Int]? = nil) -> [UInt8] {
        var entries = names.map { TarBuilder.Entry($0, [1, 2, 3]) }
        entries[entries.count - 1].user = user
        return TarBuilder(order.map { $0.map { entries[$0] } } ?? entries).build()
    }

    @Test(arguments: [
        [".PKGINFO", "a"], [".BUILDINFO", ".MTREE", ".PKGINFO", "a"], ["./.MTREE", "a"],
        [".SIGN.RSA.key.pub", ".PKGINFO", "a"], [".PKGINFO"],
    ])
    func `packages of Arch and Alpine install owners`(names: [String]) {
        let names = names.map { ByteString($0) }
        both(tar(names, user: 0), tar(names, user: 7)) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        let gzip = GzipBuilder()
        both(gzip.build(tar(names, user: 0)), gzip.build(tar(names, user: 7))) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `which member comes first has a meaning then`() {
        let names: [ByteString] = ["a", "b", ".PKGINFO"]
        both(tar(names, user: 0), tar(names, user: 0, order: [2, 0, 1])) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        let plain: [ByteString] = ["a", "b", "c"]
        both(tar(plain, user: 0), tar(plain, user: 7, order: [2, 0, 1])) {
            #expect($0.rules == ["tar.order", "tar.owner"], "\($0.short)")
        }
    }

    @Test(arguments: ["data.tar.gz", "./data.tar.gz", "0123/layer.tar", "any", "blobs/sha512/abc"])
    func `what is unpacked from a member keeps its owners`(name: String) {
        func outer(_ user: Int) -> [UInt8] {
            let inner = GzipBuilder().build(tar(["a"], user: user))
            return TarBuilder([
                TarBuilder.Entry("debian-binary", [1]), TarBuilder.Entry(ByteString(name), inner),
            ]).build()
        }
        both(outer(0), outer(7)) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `a blob is named by its digest, or nothing is said of it`() {
        func image(_ time: Int, _ content: [UInt8]) -> [UInt8] {
            let name = "blobs/sha256/" + SHA256.digest(of: [1, 2, 3]).hex
            var entry = TarBuilder.Entry(ByteString(name), content)
            entry.mtime = time
            return TarBuilder([entry]).build()
        }
        both(image(1, [1, 2, 3]), image(2, [1, 2, 3])) {
            #expect($0.rules == ["tar.mtime"], "\($0.short)")
        }
        both(image(1, [1, 2, 4]), image(2, [1, 2, 4])) {
            #expect($0.verdict == .inconclusive, "\($0.short)")
        }
        both(image(1, [1, 2, 3]), image(2, [1, 2, 4])) { #expect(!$0.isMatch, "\($0.short)") }
    }
}
