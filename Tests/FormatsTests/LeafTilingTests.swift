import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// Leaves are taken apart as containers are: every byte is in one tile, every tile in one field.
struct LeafTilingTests {
    /// Walks a layer; `nil` if it is opaque.
    private func walk(_ bytes: [UInt8]) throws -> (format: Format, walk: Walk)? {
        let engine = Engine(
            formats: Format.accounted, limits: Limits(), spool: Walk.spool, artifactSize: 1 << 20)
        let layer = engine.layer(MemorySource(bytes))
        guard let format = try engine.recognize(layer, depth: 0) else { return nil }
        return (format, try Walk(bytes, opens: true))
    }

    /// Fields, with content in between, must make up the layer; sizes aside, nothing is invented.
    private func check(_ bytes: [UInt8], _ note: String) throws {
        guard let (format, walk) = try walk(bytes) else { return }
        var end: UInt64 = 0
        for range in walk.ranges {
            #expect(range.start == end, "\(note)")
            end = range.end
        }
        #expect(end == UInt64(bytes.count), "\(note)")
        for run in walk.runs {
            var end = run.range.start
            for field in format.expand(run) where field.range.length > 0 {
                #expect(field.range.start == end, "\(field.id) in \(run.id), \(note)")
                end = field.range.end
                let own = bytes[Int(field.range.start)..<Int(field.range.end)]
                #expect(run.isZeros ? own.allSatisfy { $0 == 0 } : own.elementsEqual(field.bytes))
                #expect(format.fields.contains { $0.id == field.id }, "\(field.id)")
            }
            #expect(end == run.range.end, "the fields of \(run.id) end at \(end), \(note)")
        }
        for member in walk.members {
            for run in member.runs { #expect(walk.runs.contains(run), "\(note)") }
        }
    }

    @Test(arguments: LeafKind.allCases, 0..<6)
    func `tiles make up the layer, and fields make up each run`(
        kind: LeafKind, seed: UInt64
    ) throws {
        let pair = kind.pair(seed)
        for bytes in [pair.first, pair.second] {
            #expect(try walk(bytes) != nil)
            try check(bytes, "\(kind) \(seed)")
            var random = SeededGenerator(seed)
            for _ in 0..<60 {
                let mutation = Mutation(to: bytes, &random)
                try check(mutation.applied(to: bytes), "\(kind) \(seed) \(mutation)")
            }
        }
    }

    /// A program with everything that sections can be.
    static func program(is64: Bool, isBig: Bool) -> ElfBuilder {
        var file = ElfBuilder([
            .init(".text", Array(repeating: 0x90, count: 37)), .init(".text", [1, 2, 3]),
            .init("", [7]), .init("odd]", [4]), .init(".bss", type: 8, [0, 0, 0]),
            .init(".note.gnu.build-id", type: 7, ElfBuilder.note("GNU", type: 3, [1, 2, 3, 4, 5])),
        ])
        file.is64 = is64
        file.isBig = isBig
        file.segments = [0, 1]
        file.tail = [9]
        return file
    }

    @Test(arguments: [true, false], [true, false])
    func `sections have names of their own`(is64: Bool, isBig: Bool) throws {
        let file = LeafTilingTests.program(is64: is64, isBig: isBig)
        let seen = try #require(try walk(file.build()))
        #expect(seen.format.name == "elf")
        let names: [ByteString] = [
            ".text[1]", ".text[2]", "[1]", "odd][1]", ".bss", ".note.gnu.build-id", ".shstrtab",
        ]
        #expect(seen.walk.members.map(\.name) == names)
        #expect(seen.walk.contents.prefix(2) == [file.sections[0].bytes, [1, 2, 3]])
        #expect(seen.walk.runs.contains { $0.id == "elf.build-id" } == !isBig)
        #expect(seen.walk.runs.filter { $0.id.hasPrefix("elf.segment") }.count == 2)
        try check(file.build(), "\(is64) \(isBig)")
    }

    @Test(arguments: [true, false], [true, false])
    func `whatever a header says, every byte is in one tile`(is64: Bool, isBig: Bool) throws {
        let file = LeafTilingTests.program(is64: is64, isBig: isBig)
        var variants = [file, file, file, file]
        variants[0].hasTable = false
        variants[1].sections[1].offset = 0
        variants[2].sections[1].offset = 100
        variants[3].sections[3].offset = .max
        for (index, variant) in variants.enumerated() {
            let bytes = variant.build()
            try check(bytes, "variant \(index)")
            var random = SeededGenerator(UInt64(index))
            for round in 0..<400 {
                var damaged = bytes
                // Headers and tables are where the harm is.
                let isTable = round.isMultiple(of: 2)
                let offset =
                    isTable
                    ? bytes.count - 1 - random.below(min(bytes.count, 300)) : random.below(180)
                damaged[offset] = random.pick([0, 1, 0x7f, 0x80, 0xff])
                if random.once(in: 4) { damaged.removeLast(random.below(100)) }
                try check(damaged, "variant \(index), \(offset)")
            }
        }
    }

    @Test func `a program without a table of sections has segments`() throws {
        var file = LeafTilingTests.program(is64: true, isBig: false)
        file.hasTable = false
        let seen = try #require(try walk(file.build()))
        #expect(seen.walk.members.map(\.name) == ["LOAD[1]", "LOAD[2]"])
        #expect(seen.walk.contents == [file.sections[0].bytes, file.sections[1].bytes])
    }

    @Test(arguments: [
        "2026-11-21", "2026-11-21T10:00:00Z", "2026-11-21 10:00+0100",
        "2026:11:21 10:00:00", "2026-11-21T10:00:00.123+01:00", "Sat Nov 21 10:00:00 UTC 2026",
        "Sat Nov  1 10:00:00 2026", "Sat, 21 Nov 2026 10:00:00 GMT", "21 Nov 2026",
        "2026-11-21 10:00 CEST", "Sat Nov 21 10:00:00 GMT+01:00 2026",
    ])
    func `dates`(text: String) {
        func isDate(_ text: String) -> Bool {
            let image = PngBuilder([PngBuilder.text("date:create", text), ("IDAT", [1])]).build()
            return (try? Walk(image, opens: false))?.runs.contains { $0.id == "png.date.create" }
                ?? false
        }
        #expect(isDate(text))
        for other in [text + " ", " " + text, text + "\n", text + "#", "x" + text, text + "\0"] {
            #expect(!isDate(other), "\(other)")
        }
    }
}
