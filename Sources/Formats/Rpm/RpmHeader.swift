import Bytes

/// A header structure of an rpm: an index of tags and a store with their values
/// (https://rpm-software-management.github.io/rpm/manual/format_header.html).
struct RpmHeader {
    /// Of the two that a package has.
    enum Place {
        /// Digests and signatures.
        case signature
        /// The package's own metadata.
        case main
    }

    /// One line of the index, with its value.
    struct Entry {
        let tag, type, count: Int
        /// Of the value, in the bytes that the header was read from.
        let value: Range<Int>
        /// Of the sixteen bytes of the line.
        let line: Range<Int>
    }

    /// Magic, version and reserved bytes.
    static let magic: [UInt8] = [0x8e, 0xad, 0xe8, 0x01]
    /// Bytes before the index.
    static let introSize = 16

    /// Which it is.
    let place: Place
    /// In the order of the index.
    let entries: [Entry]
    /// Indices of ``entries`` in the order of their values.
    let stored: [Int]
    /// All of it, in the bytes that it was read from.
    let range: Range<Int>

    /// Bytes of index and store together, from the sixteen bytes before them; `nil` if these are no
    /// beginning of a header.
    static func size(_ intro: ArraySlice<UInt8>) -> (index: Int, store: Int)? {
        guard intro.count >= introSize, intro.starts(with: magic) else { return nil }
        return (number(intro.dropFirst(8)) * 16, number(intro.dropFirst(12)))
    }

    /// The header at `start` of `bytes`, which must hold all of it.
    ///
    /// - Parameter layerOffset: that of `bytes` in the layer, for messages.
    init(_ place: Place, _ bytes: [UInt8], at start: Int) throws(SourceError) {
        let at = UInt64(start)
        guard let size = RpmHeader.size(bytes[start...]),
            bytes.count - start - RpmHeader.introSize >= size.index + size.store
        else { throw RpmHeader.broken(at, "begins with no header") }
        self.place = place
        let index = start + RpmHeader.introSize
        let store = index + size.index
        range = start..<store + size.store
        var entries: [Entry] = []
        var starts: [Int] = []
        var tags: Set<Int> = []
        for line in stride(from: index, to: store, by: 16) {
            let numbers = (0..<4).map { RpmHeader.number(bytes[(line + 4 * $0)...]) }
            guard tags.insert(numbers[0]).inserted else {
                throw SourceError(
                    .ambiguous, at: UInt64(line), "an rpm header has the tag \(numbers[0]) twice")
            }
            guard numbers[2] < size.store else {
                throw RpmHeader.broken(UInt64(line), "has a value outside of its store")
            }
            starts.append(store + numbers[2])
            entries.append(
                Entry(
                    tag: numbers[0], type: numbers[1], count: numbers[3], value: 0..<0,
                    line: line..<line + 16))
        }
        stored = starts.indices.sorted { (starts[$0], $0) < (starts[$1], $1) }
        var end = store
        for index in stored {
            let entry = entries[index]
            // Checked before the value is measured, so that no byte is looked at twice.
            guard starts[index] >= end,
                let length = RpmHeader.length(entry, bytes[starts[index]..<range.upperBound])
            else { throw RpmHeader.broken(UInt64(entry.line.lowerBound), "has a broken value") }
            end = starts[index] + length
            entries[index] = Entry(
                tag: entry.tag, type: entry.type, count: entry.count,
                value: starts[index]..<end, line: entry.line)
        }
        self.entries = entries
    }

    private static func broken(_ offset: UInt64, _ what: String) -> SourceError {
        SourceError(.malformed, at: offset, "an rpm header \(what); get an intact copy")
    }

    /// A number of four bytes, the highest first.
    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    /// The multiple that values of a type begin at, in bytes.
    static func alignment(_ type: Int) -> Int { [3: 2, 4: 4, 5: 8][type] ?? 1 }

    /// The bytes of a value that `rest` begins with; `nil` if its type is none, or it does not fit.
    private static func length(_ entry: Entry, _ rest: ArraySlice<UInt8>) -> Int? {
        guard entry.count > 0 else { return nil }
        switch entry.type {
        case 1, 2, 7: return entry.count <= rest.count ? entry.count : nil
        case 3, 4, 5:
            let length = entry.count * alignment(entry.type)
            return length <= rest.count ? length : nil
        case 6, 8, 9:
            guard entry.type != 6 || entry.count == 1, entry.count <= rest.count else { return nil }
            var end = rest.startIndex
            for _ in 0..<entry.count {
                guard let zero = rest[end...].firstIndex(of: 0) else { return nil }
                end = zero + 1
            }
            return end - rest.startIndex
        default: return nil
        }
    }

    /// The line by which the header says which of its tags are as the builder wrote them: the first
    /// one.
    var region: Entry? {
        guard let first = entries.first, first.tag == (place == .main ? 63 : 62), first.type == 7,
            first.count == 16
        else { return nil }
        return first
    }

    /// Whether the values lie in the order of their lines, the region's behind all others. Then
    /// every offset follows from the sizes before it.
    var isInOrder: Bool {
        let lines = Array(entries.indices)
        return stored == (region == nil ? lines : Array(lines.dropFirst() + lines.prefix(1)))
    }

    /// What the region's value has to be if all lines are the builder's.
    var regionTrailer: [UInt8] {
        let count = UInt32(truncatingIfNeeded: -entries.count * 16)
        return [UInt32(place == .main ? 63 : 62), 7, count, 16].flatMap { number in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    }
}
