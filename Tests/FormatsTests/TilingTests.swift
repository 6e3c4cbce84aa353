import Anatomy
import Bytes
import Formats
import TestSupport
import Testing

/// What a walk over a layer met.
struct Walk {
    let format: Format
    var ranges: [ByteRange] = []
    var runs: [FieldRun] = []
    var members: [Member] = []
    var contents: [[UInt8]] = []

    static let spool = Spool(folder: "/tmp", budget: 1 << 30)

    static func format(of bytes: [UInt8]) throws -> Format {
        let layer = Layer(MemorySource(bytes), spool: spool)
        return try #require(Format.accounted.recognize(try layer.start(Format.lookahead)))
    }

    /// Walks all of `bytes`; reads each content if `opens`.
    init(_ bytes: [UInt8], opens: Bool, limits: Limits = Limits()) throws {
        format = try Walk.format(of: bytes)
        let layer = Layer(MemorySource(bytes), spool: Walk.spool)
        let dissector = try format.dissector(of: layer, limits)
        while let part = try dissector.next() {
            switch part {
            case .fields(let run), .carried(let run), .encoding(let run):
                ranges.append(run.range)
                runs.append(run)
            case .content(let range, _): ranges.append(range)
            case .member(let member):
                members.append(member)
                guard opens, member.hasContent else { continue }
                let source = try dissector.open()
                var content: [UInt8] = []
                while let chunk = try source.next() { content += chunk }
                contents.append(content)
            }
        }
    }
}

extension Walk {
    /// The fields of a name, in order.
    func fields(_ id: String) -> [Field] { all.filter { $0.id == id } }

    /// The values of an attribute, in order.
    func values(_ attribute: String) -> [String] {
        all.compactMap { field in
            guard case .value(attribute, let canonical) = field.role else { return nil }
            return String(decoding: canonical, as: UTF8.self)
        }
    }

    var all: [Field] { runs.flatMap { format.expand($0) } }

    /// Why a walk over `bytes` ends early; `nil` if it does not.
    static func refusal(_ bytes: [UInt8], _ limits: Limits = Limits()) -> SourceError? {
        do {
            _ = try Walk(bytes, opens: true, limits: limits)
            return nil
        } catch {
            return error as? SourceError
        }
    }
}

struct TilingTests {
    /// What `tally formats` lists is what a report can name; only keys of pax are anybody's.
    @Test(arguments: ArtifactKind.allCases)
    func `every field and attribute is declared`(kind: ArtifactKind) throws {
        for seed in 0..<4 as Range<UInt64> {
            let walk = try Walk(kind.pair(seed).first, opens: false)
            let declared = Set(walk.format.fields.map { $0.id })
            for field in walk.all {
                var names = [field.id]
                if case .value(let attribute, _) = field.role { names.append(attribute) }
                for name in names where !name.hasPrefix("tar.pax.") {
                    #expect(declared.contains(name), "\(walk.format.name): \(name)")
                }
            }
        }
    }

    @Test(arguments: ArtifactKind.allCases, 0..<8)
    func `tiles make up the layer, and fields make up each run`(
        kind: ArtifactKind, seed: UInt64
    ) throws {
        let pair = kind.pair(seed)
        for bytes in [pair.first, pair.second] {
            let format = try Walk.format(of: bytes)
            for opens in [true, false] {
                let walk = try Walk(bytes, opens: opens)
                var end: UInt64 = 0
                for range in walk.ranges {
                    #expect(range.start == end, "\(kind) \(seed)")
                    end = range.end
                }
                #expect(end == UInt64(bytes.count), "\(kind) \(seed)")
                let runs = walk.runs + walk.members.flatMap(\.runs)
                for run in runs { check(run, format, bytes, "\(kind) \(seed)") }
                #expect(!walk.members.isEmpty)
            }
        }
    }

    private func check(_ run: FieldRun, _ format: Format, _ bytes: [UInt8], _ note: String) {
        let own = bytes[Int(run.range.start)..<Int(run.range.end)]
        if run.range.length == 0 {
            #expect(
                run.bytes.isEmpty || run.member != nil || run.id.hasSuffix(".stream"),
                "\(run.id) \(note)")
        } else if run.isZeros {
            #expect(own.allSatisfy { $0 == 0 }, "\(note)")
        } else {
            #expect(own.elementsEqual(run.bytes), "\(run.id) \(note)")
        }
        var end = run.range.start
        let fields = format.expand(run).filter { $0.range.length > 0 }
            .sorted { $0.range < $1.range }
        for field in fields {
            #expect(field.range.start == end, "\(field.id) in \(run.id), \(note)")
            end = field.range.end
            guard !run.isZeros, !field.bytes.isEmpty else { continue }
            let part = bytes[Int(field.range.start)..<Int(field.range.end)]
            #expect(part.elementsEqual(field.bytes), "\(field.id) \(note)")
        }
        #expect(end == run.range.end, "the fields of \(run.id) end at \(end), \(note)")
    }

    @Test(arguments: ArtifactKind.allCases)
    func `members are those of a second reader`(kind: ArtifactKind) throws {
        let bytes = kind.pair(5).second
        let walk = try Walk(bytes, opens: true)
        switch kind {
        case .tarOld, .tarUstar, .tarPax, .tarGNU:
            let seen = try #require(IndependentReader.tar(bytes))
            #expect(walk.members.map(\.name) == seen.map(\.path))
            #expect(walk.members.map { $0.permissions ?? 0 } == seen.map { UInt32($0.mode) })
            #expect(walk.contents == seen.filter { $0.kind == "0" }.map(\.content))
        case .zip, .zipStored, .zipStreamed, .zipWide, .jar, .epub, .zipapp, .jmod, .zipGaps:
            let seen = try #require(IndependentReader.zip(bytes))
            #expect(walk.members.map(\.name) == seen.map(\.path))
            #expect(walk.contents == seen.filter { !$0.path.hasSuffix("/") }.map(\.content))
        case .ar:
            #expect(walk.members.map(\.name) == ["one.o", "a_rather_long_name.o"])
        case .cpioNewc, .cpioCrc, .cpioOdc:
            let seen = try #require(IndependentReader.cpio(bytes))
            #expect(walk.members.map(\.name) == seen.map(\.path))
            #expect(walk.members.map { $0.permissions ?? 0 } == seen.map { UInt32($0.mode) })
            #expect(walk.members.map { $0.link ?? "" } == seen.map(\.link))
            #expect(walk.contents == seen.filter { $0.kind == "f" }.map(\.content))
        case .rpm:
            #expect(walk.members.map(\.name) == ["payload"])
            #expect(walk.members.map(\.traits) == [.installsOwners])
            #expect(IndependentReader.read(walk.contents[0]) == IndependentReader.rpm(bytes))
        case .deb:
            let names: [ByteString] = ["debian-binary", "control.tar.xz", "data.tar.xz"]
            #expect(walk.members.map(\.name) == names)
            #expect(walk.members.allSatisfy { $0.traits == .installsOwners })
        default:
            #expect(walk.members.map(\.name) == [""])
            let content = walk.contents.first ?? []
            let seen = IndependentReader.read(content)
            #expect(seen == IndependentReader.read(bytes))
        }
    }

    @Test(arguments: ArtifactKind.allCases)
    func `a stream is walked as a file is`(kind: ArtifactKind) throws {
        // Chunks of one byte: no dissector may lean on how its source is cut.
        final class Dripping: BufferedSource {
            var rest: ArraySlice<UInt8>
            init(_ bytes: [UInt8]) { rest = bytes[...] }
            override func produce() throws(SourceError) -> Chunk? {
                rest.popFirst().map { [$0][...] }
            }
        }
        let bytes = kind.pair(6).second
        let format = try Walk.format(of: bytes)
        let layer = Layer(live: Dripping(bytes), spool: Walk.spool)
        let dissector = try format.dissector(of: layer, Limits())
        var runs: [FieldRun] = []
        while let part = try dissector.next() {
            if case .fields(let run) = part { runs.append(run) }
        }
        let whole = try Walk(bytes, opens: false)
        let fields = whole.runs.filter { run in runs.contains(run) }
        #expect(fields == runs)
        #expect(!runs.isEmpty || whole.members.count > 0)
    }
}

struct RecognitionTests {
    @Test(arguments: [
        (ArtifactKind.gzip, "gzip"), (.xz, "xz"), (.zstd, "zstd"), (.bzip2, "bzip2"),
        (.zlib, "zlib"), (.lz4, "lz4"), (.lz4Blocks, "lz4"), (.lzip, "lzip"),
        (.tarOld, "tar"), (.tarUstar, "tar"), (.tarPax, "tar"), (.tarGNU, "tar"), (.zip, "zip"),
        (.zipWide, "zip"), (.ar, "ar"), (.deb, "deb"), (.zipapp, "zip"), (.jmod, "zip"),
        (.cpioNewc, "cpio"), (.cpioOdc, "cpio"), (.rpm, "rpm"),
    ])
    func `by bytes alone`(kind: ArtifactKind, name: String) throws {
        #expect(try Walk.format(of: kind.pair(0).first).name == name)
    }

    @Test func `what only looks like a format is opaque`() {
        let almost: [[UInt8]] = [
            [], [0x1f, 0x8b, 8], [0x1f, 0x8b, 8, 0xe0, 0, 0, 0, 0, 0, 3, 1, 2],
            Array("070701 is a number".utf8), Array("BZh9 is a word".utf8), Array("BZ".utf8),
            Array("PK".utf8),
            [UInt8](repeating: 0, count: 1024), Array("!<arc".utf8),
            [UInt8](repeating: 0x20, count: 600), Array(repeating: 0x61, count: 511),
        ]
        for bytes in almost { #expect(Format.accounted.recognize(bytes[...]) == nil) }
        var tar = TarBuilder([TarBuilder.Entry("a")])
        tar.entries[0].checksumError = 1
        #expect(Format.accounted.recognize(tar.build()[...]) == nil)
    }

    @Test func `every rule has a name of its own and words for people`() {
        let rules = Rule.all
        #expect(Set(rules.map(\.name)).count == rules.count)
        for rule in rules {
            for text in [rule.tolerates, rule.reason, rule.refuses, rule.hides] {
                #expect(!text.isEmpty && text.last != ".", "\(rule.name)")
            }
        }
        #expect(rules.map(\.name) == rules.map(\.name).sorted())
        #expect(!Profile.packagingRules.contains { $0.name.hasSuffix(".signature") })
    }

    @Test func `every rule is in the profiles that it is at home in`() {
        for format in Format.accounted {
            #expect(Set(format.fields.map(\.id)).count == format.fields.count, "\(format.name)")
            for rule in format.rules {
                #expect(Profile.archive().allows(rule) == (rule.profile == .archive))
                #expect(Profile.packaging().allows(rule) == (rule.profile != .none))
                #expect(!Profile.none.allows(rule))
            }
        }
        for id in ["tar.mode", "tar.path", "tar.link", "tar.type", "tar.major", "tar.padding"] {
            #expect(Format.tar.rule(for: id) == nil)
        }
        for id in ["zip.attributes", "zip.path", "zip.comment", "zip.extra", "zip.method"] {
            #expect(Format.zip.rule(for: id) == nil)
        }
        #expect(Format.ar.orderRule == nil && Format.deb.orderRule == nil)
    }
}
