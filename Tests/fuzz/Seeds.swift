import Anatomy
import Bytes
import Formats
import Glibc
import Reporting
import TestSupport

/// Inputs to begin with. They are made, or found inside the files of `Fixtures/` named on the
/// command line; none is kept in the repository.
enum Seeds {
    /// Longer ones slow every run down, and show little that shorter ones do not.
    private static let sizeLimit = 48 * 1024
    private static let seeds = UInt64(0)..<2

    /// Files named on the command line.
    nonisolated(unsafe) static var files: [String] = []

    /// Both sides of every kind of artifact, and the files.
    private static func artifacts() -> [[UInt8]] {
        let made = ArtifactKind.allCases.flatMap { kind in
            seeds.flatMap { seed in [kind.pair(seed).first, kind.pair(seed).second] }
        }
        let read = files.compactMap { name -> [UInt8]? in
            guard let file = try? FileSource(path: ByteString(name)) else { return nil }
            return try? file.read(ByteRange(start: 0, length: file.size))
        }
        return made + read
    }

    /// Every layer of one format in the artifacts, however deep it lies in them.
    static func layers(of format: Format) -> [[UInt8]] {
        var found = Set<[UInt8]>()
        var waiting = artifacts().map { (bytes: $0, depth: 0) }
        while let (bytes, depth) = waiting.popLast() {
            if format.matches(bytes[...]), bytes.count <= sizeLimit { found.insert(bytes) }
            guard depth < 4, let outer = Format.accounted.recognize(bytes[...]) else { continue }
            waiting += contents(bytes, outer).map { ($0, depth + 1) }
        }
        for magic in format.magic {
            found.insert([UInt8](repeating: 0, count: magic.offset) + magic.bytes)
        }
        return Array(found)
    }

    /// The contents of the members of a layer, as far as it can be read.
    private static func contents(_ bytes: [UInt8], _ format: Format) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        let layer = Layer(MemorySource(bytes), spool: Dissection.spool)
        guard let dissector = try? format.dissector(of: layer, Dissection.limits) else { return [] }
        while let part = try? dissector.next() {
            guard case .member(let member) = part, member.hasContent, contents.count < 64,
                let source = try? dissector.open()
            else { continue }
            var content: [UInt8] = []
            while content.count < 1 << 20, let chunk = try? source.next() { content += chunk }
            contents.append(content)
        }
        return contents
    }

    /// Two builds of every kind of artifact.
    static func pairs() -> [[UInt8]] {
        ArtifactKind.allCases.flatMap { kind in
            seeds.map { seed in
                let pair = kind.pair(seed)
                return Pair.input(pair.first, pair.second)
            }
        }
    }

    /// Reports of comparisons, and what else is written as JSON.
    static func texts() -> [[UInt8]] {
        var texts = [ArtifactKind.gzip, .zipStored, .ar].flatMap { kind in
            let pair = kind.pair(0)
            return [pair.second, Array(pair.first.dropLast(9))].map { other in
                JSONReport(Pair.compare(pair.first, other, .archive())).text
            }
        }
        texts += [#"{"a":[1,-0.5e+3,true,null,"\u00e9\ud83d\ude00\\"]}"#, "[]", "-0", "1E400"]
            .map { Array($0.utf8) }
        let payload = Base64.encode(texts[0])
        texts.append(
            Array(
                #"{"payload":"\#(payload)","payloadType":"application/vnd.in-toto+json","#.utf8)
                + Array(#""signatures":[{"keyid":"k","sig":"AAAA"}]}"#.utf8))
        return texts
    }

    /// A policy with every kind of demand, its parts in TOML's various spellings.
    static func policies() -> [[UInt8]] {
        let text = """
            format = "tallystick/policy/v1"
            name = 'acme'
            version = 3
            expires = 2027-01-01T00:00:00Z
            root = { keys = ["a"], threshold = 1 }
            [key]
            a.public = "MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w="
            a.operator = \"\"\"
            a\"\"\"
            a.roles = ["rebuilder", 'approver',]
            [key.b]
            public = "MCowBQYDK2VwAyEAgTl3Dqh9F19Wo1Rmw0x+zMuNipG07jeiXfYPW4/Js5Q="
            operator = "b"
            roles = ["builder"]
            revoked = 2026-01-01T00:00:00Z
            [group]
            x = { keys = ["a"] }
            y = { keys = ["b"] }
            [[agreement]]
            group = "x"
            threshold = 1
            verdict = "equivalent"
            rules = ["tar.mtime/1"]
            inputs = { "i" = "sha256:\(String(repeating: "0", count: 64))" }
            [[provenance]]
            group = "y"
            threshold = 1
            builders.b = ["u"]
            source.repository = "git+https://x"
            [[approval]]
            group = "x"
            threshold = 1
            max-age = "30d"

            """
        return [Array(text.utf8), Array("tallystick/floor/v1\na 1 00\n".utf8)]
    }

    /// Writes the seeds of a target as files.
    static func write(_ target: Target, to folder: String) {
        for (number, seed) in target.seeds().enumerated() {
            guard let file = fopen("\(folder)/seed-\(number)", "wb") else {
                print("fuzz: cannot write into \(folder)")
                exit(2)
            }
            fwrite(seed, 1, seed.count, file)
            fclose(file)
        }
    }
}
