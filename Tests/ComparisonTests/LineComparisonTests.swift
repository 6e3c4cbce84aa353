import Bytes
import Findings
import Hashing
import TestSupport
import Testing

@testable import Comparison

/// The diff of two texts in memory.
func lineDiff(
    _ left: [UInt8], _ right: [UInt8], _ options: LineTable.Options = LineTable.Options()
) throws -> LineDiff? {
    let texts = [left, right].map {
        TextReader(MemorySource($0), ByteRange(start: 0, length: UInt64($0.count)))
    }
    let first = firstDifference(left[...], right[...]) ?? min(left.count, right.count)
    return try LineComparison(texts[0], texts[1], first: UInt64(first), options: options).diff()
}

struct LineComparisonTests {
    private func diff(_ left: String, _ right: String) throws -> LineDiff {
        try #require(try lineDiff(Array(left.utf8), Array(right.utf8)))
    }

    /// Lines with their breaks.
    static func lines(_ text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        for byte in text {
            lines[lines.count - 1].append(byte)
            if byte == 0x0a { lines.append([]) }
        }
        return lines.last == [] ? lines.dropLast() : lines
    }

    /// The right text, made from the left one by the hunks alone.
    static func replay(_ diff: LineDiff, on left: [UInt8]) -> [UInt8]? {
        let old = lines(left)
        var made: [[UInt8]] = []
        var at = 0
        for hunk in diff.hunks {
            let start = hunk.leftStart - 1
            guard start >= at, start <= old.count else { return nil }
            made += old[at..<start]
            guard made.count == hunk.rightStart - 1 else { return nil }
            at = start
            for line in hunk.lines {
                let text = line.text.bytes + (line.isTerminated ? [0x0a] : [])
                if line.origin != .right {
                    guard at < old.count, old[at] == text else { return nil }
                    at += 1
                }
                if line.origin != .left { made.append(text) }
            }
        }
        return (made + old[at...]).flatMap { $0 }
    }

    /// The length of the longest common subsequence, by the table that everybody knows.
    static func longestCommon(_ a: [[UInt8]], _ b: [[UInt8]]) -> Int {
        var numbers: [[UInt8]: Int] = [:]
        func number(_ line: [UInt8]) -> Int {
            let number = numbers[line] ?? numbers.count
            numbers[line] = number
            return number
        }
        let right = b.map(number)
        var row = [Int](repeating: 0, count: b.count + 1)
        for x in a.map(number) {
            var previous = 0
            for index in right.indices {
                let above = row[index + 1]
                row[index + 1] = x == right[index] ? previous + 1 : max(above, row[index])
                previous = above
            }
        }
        return row[b.count]
    }

    @Test(arguments: 0..<40)
    func `the script replays and is as short as can be`(batch: UInt64) throws {
        var random = SeededGenerator(batch)
        for _ in 0..<40 {
            func text() -> [UInt8] {
                let lines = (0..<random.below(24)).map { _ in
                    Array("\(random.below(5))".utf8) + (random.once(in: 9) ? [0x0d] : []) + [0x0a]
                }
                let text = lines.flatMap { $0 }
                return random.once(in: 3) ? text.dropLast() : text
            }
            let left = text()
            var right = random.once(in: 2) ? text() : left
            if !right.isEmpty, random.once(in: 2) {
                right.insert(contentsOf: [0x78, 0x0a], at: random.below(right.count))
            }
            guard left != right, !left.isEmpty, !right.isEmpty else { continue }
            let diff = try #require(try lineDiff(left, right))
            let note =
                "\(String(decoding: left, as: UTF8.self).debugDescription) and "
                + String(decoding: right, as: UTF8.self).debugDescription
            #expect(Self.replay(diff, on: left) == right, "\(note)")
            let a = Self.lines(left)
            let b = Self.lines(right)
            let common = Self.longestCommon(a, b)
            #expect(diff.removed == a.count - common, "\(note)")
            #expect(diff.added == b.count - common, "\(note)")
            #expect(!diff.isCapped)
            checkHunks(diff, note)
        }
    }

    func checkHunks(_ diff: LineDiff, _ note: String) {
        for hunk in diff.hunks {
            #expect(hunk.lines.contains { $0.origin != .both }, "\(note)")
            #expect(hunk.lines.prefix { $0.origin == .both }.count <= 3, "\(note)")
            #expect(hunk.lines.reversed().prefix { $0.origin == .both }.count <= 3, "\(note)")
        }
        let lines = diff.hunks.flatMap(\.lines)
        #expect(lines.count { $0.origin == .left } == diff.removed, "\(note)")
        #expect(lines.count { $0.origin == .right } == diff.added, "\(note)")
    }

    @Test(arguments: 0..<10)
    func `long texts with far changes replay with three lines around`(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let old = (0..<400).map { "line \($0)\n" }
        var new = old
        for _ in 0..<(1 + random.below(8)) {
            switch random.below(3) {
            case 0: new[random.below(new.count)] = "changed\n"
            case 1: new.remove(at: random.below(new.count))
            default: new.insert("new\n", at: random.below(new.count))
            }
        }
        let left = Array(old.joined().utf8)
        let right = Array(new.joined().utf8)
        let diff = try #require(try lineDiff(left, right))
        #expect(Self.replay(diff, on: left) == right)
        checkHunks(diff, "seed \(seed)")
        #expect(diff.hunks.map(\.lines.count).reduce(0, +) < 8 * 15)
    }

    @Test func `three lines stand on either side of each change`() throws {
        let old = (0..<30).map { "\($0)\n" }
        var new = old
        new[8] = "x\n"
        new[16] = "y\n"
        let apart = try diff(old.joined(), new.joined())
        #expect(
            apart.hunks.map(\.leftStart) == [6, 14] && apart.hunks.map(\.rightStart) == [6, 14])
        #expect(apart.hunks.allSatisfy { $0.counts == (7, 7) })
        new[15] = "z\n"
        let joined = try diff(old.joined(), new.joined())
        #expect(joined.hunks.map(\.leftStart) == [6] && joined.hunks[0].counts == (15, 15))
    }

    @Test func `a missing break at the end is a change of the last line`() throws {
        let result = try diff("a\nb\n", "a\nb")
        #expect(result.removed == 1 && result.added == 1)
        #expect(result.hunks[0].lines.map(\.isTerminated) == [true, true, false])
        #expect(try lineDiff([], [0x61]) == nil, "no bytes are no text")
    }

    @Test func `a carriage return belongs to its line`() throws {
        let result = try diff("a\r\nb\r\n", "a\nb\r\n")
        #expect(result.removed == 1 && result.added == 1)
        #expect(result.hunks[0].lines[0].text == "a\r")
    }

    @Test func `a search that is cut short still replays, and says so`() throws {
        var random = SeededGenerator(1)
        let bag = (0..<6000).map { "\($0 % 50)\n" }
        let left = Array(bag.shuffled(using: &random).joined().utf8)
        let right = Array(bag.shuffled(using: &random).joined().utf8)
        let result = try #require(try lineDiff(left, right))
        #expect(result.isCapped)
        #expect(result.removed == result.added && result.removed < 5500)
        #expect(Self.replay(result, on: left) == right)
    }

    @Test func `lines that only one side has cost no search`() throws {
        let left = Array((0..<2500).map { "left \($0)\n" }.joined().utf8)
        let right = Array((0..<2500).map { "right \($0)\n" }.joined().utf8)
        let result = try #require(try lineDiff(left, right))
        #expect(!result.isCapped)
        #expect(result.removed == 2500 && result.added == 2500)
        #expect(Self.replay(result, on: left) == right)
    }
}
