import Bytes
import Findings
import Hashing
import TestSupport
import Testing

@testable import Comparison

/// Long and odd texts, and hashes that lie.
struct LineScriptTests {
    private typealias Naive = LineComparisonTests

    private func text(_ lines: [String]) -> [UInt8] { Array(lines.joined(separator: "\n").utf8) }

    /// The diff of two texts whose hunks list all changes, after it was checked to replay.
    private func checked(
        _ left: [UInt8], _ right: [UInt8], _ options: LineTable.Options = LineTable.Options()
    ) throws -> LineDiff {
        let diff = try #require(try lineDiff(left, right, options))
        #expect(diff.omitted == 0)
        #expect(Naive.replay(diff, on: left) == right)
        let lines = diff.hunks.flatMap(\.lines)
        #expect(lines.count { $0.origin == .left } == diff.removed)
        #expect(lines.count { $0.origin == .right } == diff.added)
        return diff
    }

    /// Lines of which a fifth are from a few short ones.
    private func lines(_ count: Int, _ random: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in
            random.once(in: 5)
                ? ["", "}", "  return", "end"][random.below(4)]
                : "line \(random.next() % 1_000_000)"
        }
    }

    /// Some lines replaced, removed and inserted.
    private func changed(
        _ lines: [String], oneIn rate: Int, _ random: inout SeededGenerator
    ) -> [String] {
        lines.flatMap { line -> [String] in
            guard random.once(in: rate) else { return [line] }
            return [["new \(random.next())"], [], [line, "}"]][random.below(3)]
        }
    }

    @Test(arguments: 0..<12)
    func `long texts have scripts little longer than the shortest`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let old = lines(3_000, &random)
        let new = changed(old, oneIn: [3, 10, 40][Int(seed % 3)], &random)
        let (left, right) = (text(old), text(new))
        let diff = try checked(left, right)
        let (a, b) = (Naive.lines(left), Naive.lines(right))
        let best = a.count + b.count - 2 * Naive.longestCommon(a, b)
        #expect((diff.removed + diff.added) * 10 <= best * 11)
        #expect(!diff.isCapped)
    }

    @Test(arguments: [0, 4_000, 10_000])
    func `a large insertion is found exactly`(place: Int) throws {
        var random = SeededGenerator(3)
        let old = lines(10_000, &random)
        let block = lines(6_000, &random).map { $0 + " new" }
        let grown = text(Array(old[..<place]) + block + old[place...])
        // At the end, the last old line gets a line break, which changes it.
        let extra = place == old.count ? 1 : 0
        let diff = try checked(text(old), grown)
        #expect(diff.added == 6_000 + extra && diff.removed == extra)
        let back = try checked(grown, text(old))
        #expect(back.removed == 6_000 + extra && back.added == extra)
    }

    @Test func `swapped halves cost one half`() throws {
        let old = (0..<6_000).map { "\($0)" } + [""]
        let new = Array(old[3_000..<6_000] + old[..<3_000]) + [""]
        let diff = try checked(text(old), text(new))
        #expect(diff.removed == 3_000 && diff.added == 3_000)
    }

    @Test func `lines that are all the same differ by their number`() throws {
        let diff = try checked(
            text([String](repeating: "x", count: 9_000) + [""]),
            text([String](repeating: "x", count: 7_000) + [""]))
        #expect(diff.removed == 2_000 && diff.added == 0)
    }

    @Test func `line breaks of another kind change every line`() throws {
        let old = (0..<5_000).map { "\($0)" } + [""]
        let diff = try checked(text(old), Array(old.joined(separator: "\r\n").utf8))
        #expect(diff.removed == 5_000 && diff.added == 5_000 && !diff.isCapped)
    }

    @Test func `a byte that text does not have is found wherever it is`() throws {
        let lines = text((0..<3_000).map { "\($0)" })
        for place in [0, 6_000, lines.count - 1] {
            for change in [5_000, 9_000] where change != place {
                var left = lines
                var right = lines
                right[change] = 0x78
                #expect(try lineDiff(left, right) != nil)
                left[place] = 0
                right[place] = 0
                #expect(try lineDiff(left, right) == nil)
            }
        }
    }

    @Test(arguments: 0..<30)
    func `hashes that collide never make a wrong script`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let old = lines(seed < 20 ? 300 : 5_000, &random)
        let new = changed(old, oneIn: 10, &random)
        let mask: UInt64 = [0, 1, 7, 0xff, 0xfff][Int(seed % 5)]
        _ = try checked(text(old), text(new), LineTable.Options(mask: mask))
    }

    @Test func `lines longer than a block are lines`() throws {
        let long = String(repeating: "long ", count: 200_000)
        let old = ["a", long + "1", "b", long + "2", "c"]
        let new = ["a", long + "1", "B", long + "2", "c", ""]
        let diff = try checked(text(old), text(new))
        #expect(diff.removed == 2 && diff.added == 2)
    }

    @Test func `hunks list so many lines and count the rest`() throws {
        let old = (0..<30_000).map { "\($0)" } + [""]
        let new = old.map { $0.isEmpty ? $0 : $0 + " new" }
        let diff = try #require(try lineDiff(text(old), text(new)))
        #expect(diff.hunks.reduce(0) { $0 + $1.lines.count } == 20_000)
        #expect(diff.removed == 30_000 && diff.added == 30_000 && diff.omitted == 40_000)
    }

    @Test func `a text of few different lines is given up within bounds`() throws {
        var random = SeededGenerator(5)
        let bag = (0..<60_000).map { "\($0 % 50)" }
        let left = text(bag.shuffled(using: &random) + [""])
        let right = text(bag.shuffled(using: &random) + [""])
        let diff = try #require(try lineDiff(left, right))
        #expect(diff.isCapped && diff.removed == diff.added)
        #expect(try lineDiff(left, right) == diff)
    }
}
