import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What an rpm is refused for, and that the store of a header is tiled.
struct RpmRefusalTests {
    private func code(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError.Code? {
        do {
            _ = try Walk(bytes, opens: false, limits: limits)
            return nil
        } catch {
            return (error as? SourceError)?.code
        }
    }

    /// A package with changes to its main header, whose digest is not made to fit.
    private func patched(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var main = RpmBuilder.header(63, [.init(1000, "tool"), .init(1001, "1.0"), .init(1006, 7)])
        change(&main)
        return RpmBuilder([]).lead + RpmBuilder.header(62, [.init(1000, main.count)])
            + [0, 0, 0, 0] + main
    }

    /// Where the line of a tag begins in the main header: 0 is the region's.
    private func line(_ index: Int) -> Int { 16 + 16 * index }

    @Test func `a header whose values do not tile its store`() {
        #expect(code(patched { _ in }) == nil)
        // Into another value, out of the store, of another type, of no count, and too many.
        #expect(code(patched { $0[line(2) + 11] = 3 }) == .malformed)
        #expect(code(patched { $0[line(2) + 9] = 1 }) == .malformed)
        #expect(code(patched { $0[line(2) + 8] = 0xff }) == .malformed)
        #expect(code(patched { $0[line(2) + 7] = 10 }) == .malformed)
        #expect(code(patched { $0[line(2) + 7] = 0 }) == .malformed)
        #expect(code(patched { $0[line(2) + 15] = 0 }) == .malformed)
        #expect(code(patched { $0[line(2) + 15] = 2 }) == .malformed)
        #expect(code(patched { $0[line(3) + 12] = 0xff }) == .malformed)
        // One tag twice.
        #expect(code(patched { $0[line(2) + 3] -= 1 }) == .ambiguous)
    }

    @Test func `bytes that no tag has stand for themselves`() throws {
        // The text gets shorter: a gap.
        let bytes = patched { main in
            main[line(4) + 3] = 0
            main[line(4)] = 0
        }
        let walk = try Walk(bytes, opens: false)
        let fields = walk.runs.flatMap { Format.rpm.expand($0) }
        let gap = fields.filter { $0.id == "rpm.unaccounted" }
        #expect(gap.count == 1 && gap.allSatisfy { $0.role == .own })
    }

    @Test func `sizes past the limit, or past the end`() {
        var limits = Limits()
        limits.headerSize = 60
        #expect(code(patched { _ in }, limits) == .limit)
        #expect(code(patched { $0[8] = 0xff }) == .limit)
        #expect(code(patched { $0[15] = 0xff }) == .truncated)
        #expect(code(patched { $0[0] = 0 }) == .malformed)
        let whole = RpmBuilder([1, 2, 3]).build()
        for cut in 100..<whole.count - 3 {
            #expect(code(Array(whole.prefix(cut))) == .truncated, "\(cut)")
        }
        var odd = whole
        odd[79] = 1
        #expect(code(odd) == .unsupported)
    }

    @Test func `damage anywhere never traps`() {
        for seed: UInt64 in 0..<60 {
            var random = SeededGenerator(seed)
            var bytes = RpmBuilder(random.bytes(40)).build()
            for _ in 0..<1 + random.below(3) {
                bytes[random.below(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
            }
            guard Format.rpm.matches(bytes[...]) else { continue }
            _ = code(bytes)
            for run in (try? Walk(bytes, opens: true).runs) ?? [] { _ = Format.rpm.expand(run) }
        }
    }
}
