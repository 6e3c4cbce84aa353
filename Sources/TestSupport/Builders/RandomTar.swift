import Bytes

/// Tars with everything odd in them that order and rights hang on, and pairs of them that differ in
/// a few places, harmless or not.
public struct RandomTar: Sendable {
    private var random: SeededGenerator
    /// The first archive.
    public private(set) var first: TarBuilder
    /// The second.
    public private(set) var second: TarBuilder

    private static let names = [
        "a", "b", "c", "A", "d", "d/x", "d/y", "./a", "\u{e9}", "e\u{301}", "l", "l/z", "a/b",
        "m.py", "__pycache__/m.cpython-311.pyc", "f.el", "f.elc", "D/x",
    ]

    /// A pair of tars.
    public init(_ seed: UInt64) {
        random = SeededGenerator(seed)
        first = TarBuilder()
        second = first
        let dialect = random.pick(TarBuilder.Dialect.allCases)
        for _ in 0..<(2 + random.below(4)) { first.entries.append(entry(dialect)) }
        second = first
        for index in second.entries.indices where random.once(in: 2) {
            second.entries[index].mtime += 1 + random.below(9)
        }
        if random.once(in: 2) { second.entries.shuffle(using: &random) }
        if random.once(in: 3) { second.endBlocks += random.below(4) }
        for _ in 0..<random.below(3) { edit() }
    }

    private mutating func entry(_ dialect: TarBuilder.Dialect) -> TarBuilder.Entry {
        // Most archives are tame: plain files of different names.
        let isTame = !random.once(in: 3)
        let name = ByteString(RandomTar.names[random.below(isTame ? 3 : RandomTar.names.count)])
        var entry = TarBuilder.Entry(name, random.text(random.below(40)))
        entry.dialect = dialect
        if isTame {
            entry.name = ByteString(name.bytes + Array(String(random.below(1000)).utf8))
            return entry
        }
        entry.type = random.pick(["0", "0", "0", "5", "2", "1", "3", "6", "7", "X"])
        switch entry.type {
        case "0", "7": break
        case "X": entry.content = TarBuilder.record("path", Array("renamed".utf8))
        default: entry.content = []
        }
        if "12".unicodeScalars.contains(entry.type) {
            entry.link = ByteString(random.pick(RandomTar.names + ["/tmp", "."]))
        }
        entry.mode = random.pick([0o644, 0o755, 0o4755])
        return entry
    }

    /// One more difference.
    private mutating func edit() {
        guard !second.entries.isEmpty else { return }
        let at = random.below(second.entries.count)
        let digits = Array("0000000\0".utf8)
        switch random.below(12) {
        case 0: second.entries[at].user += 1
        case 1: second.entries[at].userName = "builder"
        case 2: second.entries[at].mode ^= random.pick([0o111, 0o4000, 0o2])
        case 3: second.entries[at].padding = 7
        case 4: second.entries[at].patches[500] = [random.pick([0, 1])]
        case 5: second.entries[at].patches[100] = random.pick([digits, Array("x000000\0".utf8)])
        case 6: second.entries[at].records.append(("comment", random.pick([[], [0x78]])))
        case 7: second.entries[at].dialect = random.pick(TarBuilder.Dialect.allCases)
        case 8: second.entries[at].patches[108] = [UInt8](repeating: 0x20, count: 8)
        case 9: second.entries[at].link = "elsewhere"
        case 10: second.entries.append(second.entries[at])
        default:
            if second.entries[at].type == "0" { second.entries[at].content.append(1) }
        }
    }
}
