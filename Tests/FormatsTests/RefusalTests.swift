import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What dissectors must refuse, with the reason they give.
struct RefusalTests {
    private func refusal(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError? {
        Walk.refusal(bytes, limits)
    }

    private let text = Array("content".utf8)

    @Test func `gzip`() {
        func code(_ change: (inout GzipBuilder) -> Void) -> SourceError.Code? {
            var builder = GzipBuilder()
            change(&builder)
            return refusal(builder.build(text))?.code
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.crc = 1 } == .malformed)
        #expect(code { $0.size = 1 } == .malformed)
        #expect(code { $0.hasHeaderChecksum = true } == nil)
        #expect(code { $0.flags = 2 } == .malformed)
        let good = GzipBuilder().build(text)
        #expect(refusal(good + [0])?.code == .trailing)
        #expect(refusal(good + good) == nil)
        #expect(refusal(good + good.dropLast())?.code == .truncated)
        for cut in 12..<good.count { #expect(refusal(Array(good.prefix(cut)))?.code == .truncated) }
    }

    @Test func `a gzip header that is too long is a limit with a name`() {
        var limits = Limits()
        limits.headerSize = 1024
        var builder = GzipBuilder()
        builder.name = String(repeating: "n", count: 5000)
        let error = refusal(builder.build(text), limits)
        #expect(error?.code == .limit && error?.message.contains("--max-header") == true)
        #expect(refusal(builder.build(text)) == nil)
    }

    @Test func `tar`() {
        func code(_ change: (inout TarBuilder.Entry) -> Void) -> SourceError.Code? {
            var entry = TarBuilder.Entry("second", text)
            change(&entry)
            return refusal(TarBuilder([TarBuilder.Entry("first"), entry]).build())?.code
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.checksumError = 1 } == .malformed)
        #expect(code { $0.patches[50] = [0x78] } == .ambiguous)
        #expect(code { $0.patches[257] = Array("ustar\u{0}01".utf8) } == .ambiguous)
        #expect(code { $0.patches[124] = Array("not octal!".utf8) } == .malformed)
        #expect(code { $0.patches[124] = [0xff] } == .malformed)
        #expect(code { $0.type = "5" } == .ambiguous)
        #expect(code { $0.type = "2" } == .ambiguous)
        #expect(code { $0.type = "X" } == .ambiguous)
        #expect(code { $0.name = "folder/" } == .ambiguous)
        #expect(code { $0.name = "" } == .ambiguous)
        #expect(code { $0.patches[100] = Array("rw-r--r-".utf8) } == .malformed)
        #expect(code { $0.records = [("a", [1]), ("a", [1])] } == .ambiguous)
        #expect(code { $0.records = [("path", [0x61, 0, 0x62])] } == .ambiguous)
        #expect(code { $0.records = [("size", Array("9".utf8))] } == .ambiguous)
        #expect(code { $0.records = [("size", Array("7".utf8))] } == nil)
    }

    @Test func `tar headers between, behind and before`() {
        var global = TarBuilder.Entry("g", TarBuilder.record("path", text))
        global.type = "g"
        let plain = TarBuilder.Entry("a", text)
        #expect(refusal(TarBuilder([plain, global, plain]).build())?.code == .ambiguous)
        global.content = TarBuilder.record("comment", text)
        #expect(refusal(TarBuilder([global, plain]).build()) == nil)
        var extended = TarBuilder.Entry("x", TarBuilder.record("atime", Array("1".utf8)))
        extended.type = "x"
        #expect(refusal(TarBuilder([extended, extended, plain]).build())?.code == .ambiguous)
        #expect(refusal(TarBuilder([extended, global, plain]).build())?.code == .ambiguous)
        #expect(refusal(TarBuilder([plain, extended]).build())?.code == .malformed)
        extended.content = Array("99 broken=\n".utf8)
        #expect(refusal(TarBuilder([extended, plain]).build())?.code == .malformed)
        var builder = TarBuilder([plain])
        builder.tail = [1]
        #expect(refusal(builder.build())?.code == .trailing)
    }

    @Test func `an extended header that is too long is a limit with a name`() {
        var limits = Limits()
        limits.headerSize = 2000
        var entry = TarBuilder.Entry("a")
        entry.records = [("comment", [UInt8](repeating: 0x61, count: 3000))]
        let error = refusal(TarBuilder([entry]).build(), limits)
        #expect(error?.code == .limit && error?.message.contains("--max-header") == true)
        #expect(refusal(TarBuilder([entry]).build()) == nil)
    }

    @Test func `zip`() {
        func code(_ change: (inout ZipBuilder) -> Void) -> SourceError.Code? {
            var builder = ZipBuilder([ZipBuilder.Entry("a", text), ZipBuilder.Entry("b", text)])
            change(&builder)
            return refusal(builder.build())?.code
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.entries[1].name = "a" } == .ambiguous)
        #expect(code { $0.entries[1].localName = "c" } == .ambiguous)
        #expect(code { $0.entries[1].crc = 1 } == .malformed)
        #expect(code { $0.entries[1].flags = 1 } == .encrypted)
        #expect(code { $0.entries[1].name = "a\\b" } == .ambiguous)
        #expect(code { $0.entries[1].name = "a\0" } == .ambiguous)
        #expect(code { $0.entries[1].name = "" } == .ambiguous)
        #expect(code { $0.entries[1].name = "d/" } == .ambiguous)
        #expect(code { $0.entries[1].method = 98 } == .unsupported)
        #expect(code { $0.entries[1].method = 99 } == .encrypted)
        #expect(code { $0.entries[1].flags = 0x20 } == .unsupported)
        #expect(code { $0.entries[1].gap = [1] } == nil)
        #expect(code { $0.gap = [1] } == nil)
        #expect(code { $0.trailer = [1] } == nil)
        #expect(code { $0.entries[1].encoded = Deflate.encode([1]) + [0] } == .trailing)
        #expect(code { $0.entries[1].encoded = Deflate.encode([1]) } == .malformed)
        #expect(code { $0.entries[1].isStreamed = true } == nil)
        #expect(code { $0.isWide = true } == nil)
        #expect(code { $0.comment = text } == nil)
        for offset in [24, 31, 60, 75] {
            #expect(
                code {
                    $0.isWide = true
                    $0.widePatches[offset] = [9]
                } != nil)
        }
    }

    @Test func `ar and packages`() {
        func code(_ change: (inout ArBuilder) -> Void) -> SourceError.Code? {
            var builder = ArBuilder.package(control: text, data: text)
            change(&builder)
            return refusal(builder.build())?.code
        }
        #expect(code { _ in } == nil)
        #expect(code { $0.entries.swapAt(1, 2) } == .ambiguous)
        #expect(code { $0.entries.append($0.entries[2]) } == .ambiguous)
        #expect(code { $0.entries.append(ArBuilder.Entry("extra", [])) } == .ambiguous)
        #expect(code { $0.entries.append(ArBuilder.Entry("_extra", [])) } == nil)
        #expect(code { $0.entries.removeLast() } == .truncated)
        #expect(code { $0.entries[1].size = "x" } == .malformed)
        #expect(code { $0.entries[2].size = "999" } == .truncated)
        #expect(code { $0.entries[2].name = "/77" } == .malformed)
        #expect(code { $0.entries[2].name = "#1/999" } == .malformed)
    }

    @Test(arguments: ArtifactKind.allCases)
    func `a cut off artifact is refused`(kind: ArtifactKind) {
        let bytes = kind.pair(0).first
        for cut in [10, bytes.count / 3, bytes.count / 2, bytes.count - 1] {
            let part = Array(bytes.prefix(cut))
            guard Format.accounted.recognize(part[...]) != nil else { continue }
            // A tar without all of its end says so in a field, and gzip members may end anywhere.
            let isTar = [.tarOld, .tarUstar, .tarPax, .tarGNU].contains(kind)
            // The zeros that end a cpio may be as many as one likes.
            let isCpio = [.cpioNewc, .cpioCrc, .cpioOdc].contains(kind)
            if isCpio, bytes.dropFirst(cut).allSatisfy({ $0 == 0 }) { continue }
            // What lies behind a zip is a field of any length.
            let isTrailer = kind == .zipGaps && cut == bytes.count - 1
            if kind == .gzipMembers || isTrailer
                || (isTar && (cut % 512 == 0 || cut > bytes.count - 1024))
            {
                continue
            }
            #expect(refusal(part) != nil, "\(kind) cut at \(cut)")
        }
    }
}
