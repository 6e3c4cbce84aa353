import Bytes
import Hashing

/// What two texts have in common at their beginnings and ends, but for the lines that are shown
/// around a change: it is never split into lines.
struct CommonEnds {
    /// The bytes in between, from line to line.
    let left, right: Range<Int>
    /// How many lines come before.
    let linesBefore: Int

    /// Finds the ends of two texts that agree up to the byte `first`, and no further; `nil` if what
    /// they have in common is not text.
    init?(
        _ left: inout TextReader, _ right: inout TextReader, first: Int, context: Int
    ) throws(SourceError) {
        guard let (start, lines) = try CommonEnds.start(&left, first, context) else { return nil }
        let tail = try CommonEnds.tail(&left, &right, first)
        guard let end = try CommonEnds.end(&left, left.size - tail, context) else { return nil }
        self.left = start..<end
        self.right = start..<(right.size - (left.size - end))
        linesBefore = lines
    }

    /// Where the lines begin that are looked at, and how many come before them.
    private static func start(
        _ text: inout TextReader, _ first: Int, _ context: Int
    ) throws(SourceError) -> (Int, Int)? {
        var isText = true
        var breaks = 0
        /// Where the last lines begin.
        var starts: [Int] = []
        try text.scan(0..<first) { block, at in
            isText = block.isTextual
            breaks += block.count(of: 0x0a)
            var found: [Int] = []
            var rest = block
            while found.count <= context, let index = rest.lastIndex(ofByte: 0x0a) {
                found.append(at + index - block.startIndex + 1)
                rest = rest[..<index]
            }
            starts = (starts + found.reversed()).suffix(context + 1)
            return isText
        }
        guard isText else { return nil }
        return starts.count > context ? (starts[0], breaks - context) : (0, 0)
    }

    /// Bytes that are equal at the end of both texts, not counting those before `first`.
    private static func tail(
        _ left: inout TextReader, _ right: inout TextReader, _ first: Int
    ) throws(SourceError) -> Int {
        let bound = min(left.size, right.size) - first
        var found = 0
        while found < bound {
            let step = min(blockSize, bound - found)
            let a = try left.read((left.size - found - step)..<(left.size - found))
            let b = try right.read((right.size - found - step)..<(right.size - found))
            let equal = commonSuffix(a, b)
            found += equal
            if equal < step { break }
        }
        return found
    }

    /// Where the lines end that are looked at: those that have their line break in the tail, up to
    /// the number that is shown after a change.
    private static func end(
        _ text: inout TextReader, _ tail: Int, _ context: Int
    ) throws(SourceError) -> Int? {
        var isText = true
        var breaks = 0
        var end: Int?
        try text.scan(tail..<text.size) { block, at in
            isText = block.isTextual
            var rest = block
            while end == nil, let index = rest.firstIndex(of: 0x0a) {
                breaks += 1
                rest = rest[(index + 1)...]
                if breaks > context { end = at + index - block.startIndex + 1 }
            }
            return isText
        }
        return isText ? end ?? text.size : nil
    }
}
