import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What a cpio is refused for, with the reason.
struct CpioRefusalTests {
    typealias Entry = CpioBuilder.Entry

    private func code(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError.Code? {
        do {
            _ = try Walk(bytes, opens: false, limits: limits)
            return nil
        } catch {
            return (error as? SourceError)?.code
        }
    }

    private func code(
        _ dialect: CpioBuilder.Dialect, _ change: (inout CpioBuilder) -> Void
    ) -> SourceError.Code? {
        var builder = CpioBuilder(dialect, [Entry("a", [1, 2, 3]), Entry("b", [4, 5])])
        change(&builder)
        return code(builder.build())
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `a member that readers take differently`(dialect: CpioBuilder.Dialect) {
        #expect(code(dialect) { _ in } == nil)
        for mode: UInt64 in [0, 0o644, 0o150644, 0o040755, 0o020644, 0o010644] {
            #expect(code(dialect) { $0.entries[0].mode = mode } == .ambiguous, "\(mode)")
        }
        for name: ByteString in ["", "a/"] {
            #expect(code(dialect) { $0.entries[0].name = name } == .ambiguous)
        }
        for end: [UInt8] in [[], [0x62], [0, 0x62], [0, 0x62, 0]] {
            #expect(code(dialect) { $0.entries[0].nameEnd = end } == .ambiguous)
        }
        #expect(code(dialect) { $0.trailer?.content = [1, 2, 3, 4] } == .ambiguous)
        let link: (inout CpioBuilder) -> Void = { $0.entries[0].mode = 0o120777 }
        #expect(code(dialect, link) == nil)
        #expect(
            code(dialect) {
                link(&$0); $0.entries[0].content = []
            } == .ambiguous)
        #expect(
            code(dialect) {
                link(&$0); $0.entries[0].content = [1, 0]
            } == .ambiguous)
    }

    @Test(arguments: CpioBuilder.Dialect.allCases)
    func `a broken or short one`(dialect: CpioBuilder.Dialect) {
        #expect(
            code(dialect) {
                $0.trailer = nil; $0.blocking = 1
            } == .truncated)
        #expect(code(dialect) { $0.trailer = nil } == .malformed)
        #expect(code(dialect) { $0.entries[0].size = 5 } == .malformed)
        #expect(code(dialect) { $0.entries[0].size = 1 << 30 } == .truncated)
        let whole = CpioBuilder(dialect, [Entry("a", [1, 2, 3])]).build()
        let end = (whole.lastIndex { $0 != 0 } ?? 0) + 2
        for cut in 120..<end { #expect(code(Array(whole.prefix(cut))) == .truncated, "\(cut)") }
        #expect(code(Array(whole.prefix(end))) == nil)
    }

    @Test func `numbers in any other spelling`() {
        let good = CpioBuilder(.newc, [Entry("a", [1]), Entry("b", [2])]).build()
        let second = 112 + 4
        for (offset, byte) in [
            (second + 6, UInt8(ascii: " ")), (second + 15, 0x2d), (second, 0x78),
        ] {
            var bad = good
            bad[offset] = byte
            #expect(code(bad) == .malformed, "\(offset)")
        }
        // Another variant in the middle.
        var bad = good
        bad[second + 5] = UInt8(ascii: "2")
        #expect(code(bad) == .malformed)
    }

    @Test func `a wrong checksum`() {
        #expect(code(.crc) { $0.entries[0].check = 5 } == .malformed)
        #expect(code(.newc) { $0.entries[0].check = 5 } == nil)
    }

    @Test func `a name or target past the limit`() {
        var limits = Limits()
        limits.nameLength = 40
        let name = ByteString(String(repeating: "n", count: 41))
        #expect(code(CpioBuilder(.newc, [Entry(name)]).build(), limits) == .limit)
        var link = Entry("a", name.bytes)
        link.mode = 0o120777
        #expect(code(CpioBuilder(.odc, [link]).build(), limits) == .limit)
        #expect(code(CpioBuilder(.odc, [link]).build()) == nil)
    }

    @Test func `damage anywhere never traps`() {
        for seed: UInt64 in 0..<40 {
            var random = SeededGenerator(seed)
            let kind = [ArtifactKind.cpioNewc, .cpioCrc, .cpioOdc][random.below(3)]
            var bytes = kind.pair(seed).first
            for _ in 0..<1 + random.below(3) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            if Format.cpio.matches(bytes[...]) { _ = code(bytes) }
        }
    }
}
