import Anatomy
import Bytes

/// Why a layer was not written.
enum WritingFailure: Error {
    /// It could not be read, or its normal form not be kept.
    case problem(SourceError)
    /// The same, in a layer inside it.
    case located(Problem)
    /// It can be read and has no writer.
    case unwritable(String)
}

/// Runs work with sources; an error becomes a failure to write.
func writing<T>(_ work: () throws(SourceError) -> T) throws(WritingFailure) -> T {
    do throws(SourceError) { return try work() } catch { throw .problem(error) }
}

/// Writes the normal form of an artifact as a valid file (`Docs/Normalize.md`).
public final class NormalFormWriter {
    /// Something that was kept as it is although it may have differences that the profile
    /// tolerates.
    public struct Kept: Hashable, Sendable {
        /// Where it is.
        public let location: Location
        /// Why, as half a sentence.
        public let reason: String
    }

    private let engine: Engine
    private let profile: Profile
    private let context: WritingContext
    /// Whether what is in the members of archives is left as it is.
    private let isShallow: Bool
    /// What has no writer, up to ``keptLimit``.
    public private(set) var kept: [Kept] = []
    /// Containers inside members of archives that were written anew.
    public private(set) var rewritten: UInt64 = 0

    /// How much of what was kept is listed.
    public static let keptLimit = 1_000

    /// A writer for one artifact.
    public init(engine: Engine, profile: Profile, epoch: UInt64, isShallow: Bool = false) {
        self.engine = engine
        self.profile = profile
        self.isShallow = isShallow
        context = WritingContext(epoch: epoch)
    }

    /// Writes the normal form of `layer`, which must be repeatable, into `sink`.
    ///
    /// - Throws: ``Problem`` for what cannot be read.
    public func write(_ layer: Layer, into sink: any Sink) throws(Problem) {
        do throws(WritingFailure) {
            try write(layer, Place(), into: sink)
        } catch {
            switch error {
            case .problem(let error): throw Problem(error, in: [])
            case .located(let problem): throw problem
            case .unwritable(let reason):
                throw Problem(SourceError(.unsupported, reason), in: [])
            }
        }
    }

    /// Where a layer is.
    private struct Place {
        var chain: [ByteString] = []
        var depth = 0
        /// Whether it is the content of a member of a tar or zip, not of what wraps one.
        var isInside = false
    }

    /// Writes a layer, or copies it if there is no writer for it.
    private func write(
        _ layer: Layer, _ place: Place, into sink: any Sink
    ) throws(WritingFailure) {
        let format = try writing { () throws(SourceError) in
            try engine.recognize(layer, depth: place.depth) { tolerates(in: $0) }
        }
        guard let format, format.isFramingAccounted else { return try copy(layer, into: sink) }
        do throws(WritingFailure) {
            let composer = try composer(of: format)
            try compose(layer, format, composer, place, into: sink)
            if place.isInside { rewritten += 1 }
        } catch {
            guard case .unwritable(let reason) = error else { throw error }
            // Where nothing is tolerated, the bytes are the normal form. In a container that may be
            // what it holds.
            let formats = format.shape == .leaf ? [format] : engine.formats
            if formats.contains(where: { tolerates(in: $0) }) { note(reason, place) }
            try copy(layer, into: sink)
        }
    }

    /// Whether the profile allows any rule of a format.
    private func tolerates(in format: Format) -> Bool {
        format.rules.contains { profile.allows($0) }
    }

    private func note(_ reason: String, _ place: Place) {
        guard kept.count < NormalFormWriter.keptLimit else { return }
        kept.append(Kept(location: Location(place.chain), reason: reason))
    }

    private func copy(_ layer: Layer, into sink: any Sink) throws(WritingFailure) {
        try writing { () throws(SourceError) in try sink.append(all: try layer.reader()) }
    }

    /// The composer of a format. There is none where the profile does not let the bytes differ that
    /// a composer chooses.
    private func composer(of format: Format) throws(WritingFailure) -> any Composer {
        guard let composer = format.composer else {
            throw .unwritable("there is no writer for \(format.name)")
        }
        for rule in [format.encodingRule, format.compressionRule].compactMap({ $0 })
        where !profile.allows(rule) {
            throw .unwritable("\(format.name) is only written where \(rule.name) is allowed")
        }
        return composer
    }

    // MARK: Containers

    private func compose(
        _ layer: Layer, _ format: Format, _ composer: any Composer, _ place: Place,
        into sink: any Sink
    ) throws(WritingFailure) {
        let assembly = Assembly(format, composer, profile, context, engine.spool.begin())
        // The files of a package are listed by digest in its control archive.
        let isListed = format.shape == .archive && place.chain.last?.hasPrefix("data.tar") ?? false
        var isPinned = try pinsContents(layer, format, composer)
        isPinned = isPinned || isListed
        let dissector = try writing { () throws(SourceError) in
            try format.dissector(of: layer, engine.limits)
        }
        var count = 0
        while let part = try writing({ () throws(SourceError) in try dissector.next() }) {
            switch part {
            case .carried, .content, .encoding: break
            case .fields(let run): assembly.add(run)
            case .member(let member):
                try assembly.begin(member)
                isPinned = isPinned || composer.pinsContents(member.name)
                if member.hasContent {
                    let content = try writing { () throws(SourceError) in
                        try engine.content(
                            of: member, index: count, in: layer, format: format,
                            dissector: dissector)
                    }
                    defer { content.finish() }
                    let mayRewrite = !isPinned && composer.mayRewrite(member)
                    try add(content.layer, member, assembly, place, mayRewrite: mayRewrite)
                }
                count += 1
            }
        }
        try assembly.finish(into: sink)
    }

    /// Whether a container that is read at random has a member that pins the contents of others.
    private func pinsContents(
        _ layer: Layer, _ format: Format, _ composer: any Composer
    ) throws(WritingFailure) -> Bool {
        guard format.access == .random else { return false }
        return try writing { () throws(SourceError) in
            let dissector = try format.dissector(of: layer, engine.limits)
            while let part = try dissector.next() {
                if case .member(let member) = part, composer.pinsContents(member.name) {
                    return true
                }
            }
            return false
        }
    }

    /// Adds a member's content, in normal form unless it has to stay as it is.
    private func add(
        _ content: Layer, _ member: Member, _ assembly: Assembly, _ place: Place, mayRewrite: Bool
    ) throws(WritingFailure) {
        if Companions.isWanted(member.name) {
            assembly.note(
                start: try writing { () throws(SourceError) in
                    try content.start(Companions.lookahead)
                })
        }
        let wraps = assembly.composer.isWrapper
        var inner = place
        inner.depth += 1
        inner.isInside = place.isInside || !wraps
        if !member.name.isEmpty { inner.chain.append(member.name) }
        try assembly.encode { sink throws(WritingFailure) in
            do throws(WritingFailure) {
                if mayRewrite, wraps || !isShallow {
                    try write(content, inner, into: sink)
                } else {
                    try copy(content, into: sink)
                }
            } catch {
                guard case .problem(let error) = error else { throw error }
                throw .located(Problem(error, in: inner.chain))
            }
        }
    }
}
