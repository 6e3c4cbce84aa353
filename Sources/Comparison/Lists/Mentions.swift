import Anatomy
import Bytes
import Hashing

/// Where an artifact writes down the digest of one of its own files: in a list, a manifest, a
/// header, whatever it is called.
///
/// Files that only rules hold together have other bytes on either side. What says the digest of one
/// is right on one side and wrong on the other, unless it differs as well.
struct Mentions {
    /// A file's digest, found somewhere.
    struct Mention: Hashable {
        /// Where it was found.
        let place: [ByteString]
        /// The file that has it.
        let file: [ByteString]

        /// By place, then by file.
        func isBefore(_ other: Mention) -> Bool {
            place == other.place
                ? file.lexicographicallyPrecedes(other.file)
                : place.lexicographicallyPrecedes(other.place)
        }
    }

    private let artifact: Artifact
    private let engine: Engine

    init(_ artifact: Artifact, _ engine: Engine) {
        self.artifact = artifact
        self.engine = engine
    }

    /// What is said of `files`, in two more passes over the artifact, and one for each container in
    /// which some of them lie.
    func all(of files: Set<[ByteString]>) throws(SourceError) -> Set<Mention> {
        let known = try digests(of: files)
        var mentions: Set<Mention> = []
        switch artifact.body {
        case .file(let source):
            try scan(engine.layer(source), [], 0, known) { mentions.insert($0) }
        case .set, .stated: break
        case .tree(let tree):
            for node in tree.nodes where node.kind == .file {
                let layer = engine.layer(try tree.open(node))
                try scan(layer, [node.path], 1, known) { mentions.insert($0) }
            }
        }
        return mentions
    }

    // MARK: Digests

    /// The files by their digests, of their bytes and, where they are compressed, of their
    /// contents.
    private func digests(
        of files: Set<[ByteString]>
    ) throws(SourceError) -> [DigestScanner.Key: [ByteString]] {
        var known: [DigestScanner.Key: [ByteString]] = [:]
        let named = Dictionary(
            files.map { ($0.map { ListPlace.Step.name(OrderGuard.canonical($0)) }, $0) },
            uniquingKeysWith: { first, _ in first })
        // None of the chains of one length is the beginning of another.
        for chains in Dictionary(grouping: named.keys, by: \.count).sorted(by: { $0.key < $1.key })
        {
            try MemberVisit(engine: engine).visit(artifact, Set(chains.value)) {
                steps, layer throws(SourceError) in
                guard let file = named[steps] else { return }
                for digest in try digests(of: layer) {
                    if let key = DigestScanner.Key(digest, size: digest.count) { known[key] = file }
                }
            }
        }
        return known
    }

    /// The digests of a layer, and of what it decodes to.
    private func digests(of layer: Layer) throws(SourceError) -> [[UInt8]] {
        let format = try engine.recognize(layer, depth: 0) { _ in false }
        let whole = Tap(try layer.reader())
        var decoded: [[UInt8]] = []
        if let format, format.shape == .compressed {
            let live = Layer(live: whole, spool: engine.spool)
            let dissector = try format.dissector(of: live, engine.limits)
            while let part = try dissector.next() {
                guard case .member = part else { continue }
                decoded += try Tap(ByteReader(try dissector.open())).finish()
            }
        }
        return try whole.finish() + decoded
    }

    // MARK: Mentions

    /// Looks through what is no container, and through the fields of what is one.
    private func scan(
        _ layer: Layer, _ path: [ByteString], _ depth: Int,
        _ known: [DigestScanner.Key: [ByteString]], _ found: (Mention) -> Void
    ) throws(SourceError) {
        var keys: Set<DigestScanner.Key> = []
        var scanner = DigestScanner { key in
            if known[key] != nil { keys.insert(key) }
        }
        defer {
            for key in keys {
                if let file = known[key] { found(Mention(place: path, file: file)) }
            }
        }
        guard let format = try engine.recognize(layer, depth: depth, opensLeaf: { _ in false })
        else {
            let reader = try layer.reader()
            while let chunk = try reader.next() { scanner.add(chunk) }
            return scanner.endRun()
        }
        let dissector = try format.dissector(of: layer, engine.limits)
        var index = 0
        while let part = try dissector.next() {
            switch part {
            case .fields(let run), .carried(let run), .encoding(let run):
                scanner.add(run.bytes[...])
                scanner.endRun()
            case .content: break
            case .member(let member):
                defer { index += 1 }
                guard member.hasContent else { continue }
                let content = try engine.content(
                    of: member, index: index, in: layer, format: format, dissector: dissector)
                let inner = format.shape == .compressed ? path : path + [member.name]
                try scan(content.layer, inner, depth + 1, known, found)
            }
        }
    }
}

/// Hands on the bytes of a reader, and digests them.
private final class Tap: BufferedSource {
    private let reader: ByteReader
    private var made: Digests?

    init(_ reader: ByteReader) {
        self.reader = reader
        made = Digests()
    }

    override func produce() throws(SourceError) -> Chunk? {
        let chunk = try reader.next()
        if let chunk { made?.update(chunk) }
        return chunk
    }

    /// The digests, when what nobody took has been taken too. To be called once.
    func finish() throws(SourceError) -> [[UInt8]] {
        while try next() != nil {}
        guard let made = made.take() else { return [] }
        return Array(made.entry(named: "").digests.values)
    }
}
