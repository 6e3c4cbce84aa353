import Anatomy
import Bytes
import Hashing

/// Makes the normal-form digest of layers under a profile (`Docs/NormalForm.md`).
///
/// It shares with the comparison the dissectors and the profile, and nothing else: what one of them
/// overlooks, the other has to overlook in its own way before a match can be wrong.
public struct NormalForm: Sendable {
    /// Opens layers under this side's limits.
    let engine: Engine
    /// What it tolerates is what the normal form leaves out.
    let profile: Profile

    /// A maker of normal forms for one artifact.
    public init(engine: Engine, profile: Profile) {
        self.engine = engine
        self.profile = profile
    }

    /// The SHA-256 of a profile's text, which stands beside every normal-form digest.
    public static func digest(of profile: Profile) -> Digest {
        SHA256.digest(of: Array(profile.text.utf8))
    }

    /// The normal-form digest of a layer, read once.
    ///
    /// - Parameter chain: the layer's place in the artifact, for problems.
    public func digest(of layer: Layer, chain: [ByteString] = [], depth: Int = 0) throws(Problem)
        -> Digest
    {
        let result: Result<Digest, Problem>
        do throws(SourceError) {
            result = try form(of: layer, chain, depth)
        } catch {
            throw Problem(error, in: chain)
        }
        return try result.get()
    }

    /// The form of a layer: of the container it is, or of its bytes. A problem in a member comes
    /// back as a value, one of the layer itself is thrown.
    private func form(
        of layer: Layer, _ chain: [ByteString], _ depth: Int
    ) throws(SourceError) -> Result<Digest, Problem> {
        let format = try engine.recognize(layer, depth: depth) { format in
            format.rules.contains { profile.allows($0) }
        }
        guard let format, isOpenable(format, layer) else { return .success(try opaque(layer)) }
        if format.shape == .leaf { return .success(try leaf(layer, format)) }
        return try container(layer, format, chain, depth)
    }

    /// Whether a layer of a format can be anything but its bytes. Where the profile does not let
    /// the encoding differ, the encoded bytes are read again.
    private func isOpenable(_ format: Format, _ layer: Layer) -> Bool {
        format.isFramingAccounted && (!keepsEncoding(format) || layer.isRepeatable)
    }

    /// Whether the format is encoded and the profile has no rule for how.
    private func keepsEncoding(_ format: Format) -> Bool {
        format.compressionRule.map { !profile.allows($0) } ?? false
    }

    /// Adds the records of encoded bytes that the profile does not let differ, and empties
    /// `ranges`.
    private func add(
        _ ranges: inout [ByteRange], to entry: inout Entry?, _ format: Format, _ layer: Layer
    ) throws(SourceError) {
        defer { ranges.removeAll(keepingCapacity: true) }
        guard keepsEncoding(format) else { return }
        for range in ranges {
            var hash = SHA256()
            try hash.update(try layer.reader(), range)
            entry?.records.append([Array("encoded".utf8), hash.finish().bytes])
        }
    }

    /// The form of bytes that nothing is known of: their number and SHA-256.
    private func opaque(_ layer: Layer) throws(SourceError) -> Digest {
        var hash = SHA256()
        var size: UInt64 = 0
        let reader = try layer.reader()
        while let chunk = try reader.next() {
            hash.update(chunk)
            size += UInt64(chunk.count)
        }
        var stream = RecordStream()
        stream.add("opaque", Array(String(size).utf8), hash.finish().bytes)
        return stream.finish()
    }

    // MARK: Containers

    /// One member of a container while it is being read, and what is kept of it after.
    private struct Entry {
        let member: Member
        /// Its records in the order of the container: itself, its fields, its content, what comes
        /// behind.
        var records: [[[UInt8]]]
        /// Tolerated times, which count after all if a companion is checked against them.
        var times: [(attribute: String, value: [UInt8])]
    }

    /// What a container's listing has of a member.
    private struct Listed {
        /// What members are sorted by where their order is free.
        let name: ByteString
        /// SHA-256 of the member's own record stream.
        let digest: Digest
        /// Empty unless a companion may be checked against the member by time.
        let times: [(attribute: String, value: [UInt8])]
    }

    /// A problem inside a member has its own location, so it travels as a value.
    private func container(
        _ layer: Layer, _ format: Format, _ chain: [ByteString], _ depth: Int
    ) throws(SourceError) -> Result<Digest, Problem> {
        let dissector = try format.dissector(of: layer, engine.limits)
        var stream = RecordStream()
        stream.add("container", Array(format.name.utf8))
        var listing = Listing(format: format, profile: profile)
        var current: Entry?
        var count = 0
        // Encoded bytes that no other tile has interrupted yet.
        var pending: [ByteRange] = []
        while let part = try dissector.next() {
            switch part {
            case .content(let range, _): pending.join(range)
            case .encoding(let run): pending.join(run.range)
            default:
                try add(&pending, to: &current, format, layer)
            }
            switch part {
            case .carried, .content, .encoding: break
            case .fields(let run):
                let records = RunRecords(run, format: format, profile: profile)
                if run.member == nil || current == nil {
                    for record in records.records { stream.add(record) }
                } else {
                    current?.records += records.records
                }
            case .member(let member):
                if let entry = current { listing.add(seal(entry)) }
                let content = try engine.content(
                    of: member, index: count, in: layer, format: format, dissector: dissector)
                switch try begin(member, content, format, chain, depth, &listing) {
                case .success(let entry): current = entry
                case .failure(let problem): return .failure(problem)
                }
                count += 1
            }
        }
        try add(&pending, to: &current, format, layer)
        if let entry = current { listing.add(seal(entry)) }
        listing.finish(into: &stream)
        return .success(stream.finish())
    }

    /// Begins the entry of a member, whose content is decoded and brought to its own normal form at
    /// once.
    private func begin(
        _ member: Member, _ content: Engine.Content, _ format: Format, _ chain: [ByteString],
        _ depth: Int, _ listing: inout Listing
    ) throws(SourceError) -> Result<Entry, Problem> {
        var entry = Entry(member: member, records: [], times: [])
        entry.records.append([
            Array("member".utf8), member.name.bytes, Array(member.kind.rawValue.utf8),
            member.link?.bytes ?? [],
        ])
        for run in member.runs {
            let records = RunRecords(run, format: format, profile: profile)
            entry.records += records.records
            entry.times += records.times
        }
        listing.arrangement.note(member)
        guard member.hasContent else { return .success(entry) }
        if Companions.isWanted(member.name) {
            listing.arrangement.note(
                member, start: try content.layer.start(Companions.lookahead))
        }
        let inner = member.name.isEmpty ? chain : chain + [member.name]
        let result = Result { () throws(Problem) in
            try digest(of: content.layer, chain: inner, depth: depth + 1)
        }
        content.finish()
        return result.map { digest in
            entry.records.append([Array("content".utf8), digest.bytes])
            return entry
        }
    }

    /// Ends an entry: its records become one digest, so that a container costs little per member.
    private func seal(_ entry: Entry) -> Listed {
        var stream = RecordStream()
        for record in entry.records { stream.add(record) }
        return Listed(name: entry.member.name, digest: stream.finish(), times: entry.times)
    }

    /// The members of a container, to be written down when all are known: order and times depend on
    /// the others.
    private struct Listing: ~Copyable {
        /// In the order of the container until ``finish(into:)`` sorts them.
        var members: [Listed] = []
        /// What the members say about order and times.
        var arrangement: Arrangement
        /// All times, in order: what counts where a companion may be checked against any of them.
        var times = RecordStream()

        /// No members yet; both limits on tolerance come from the format and the profile.
        init(format: Format, profile: Profile) {
            arrangement = Arrangement(format: format, profile: profile)
        }

        /// Takes a finished member. Its times go into the list of all times, too.
        mutating func add(_ member: Listed) {
            for time in member.times {
                times.add("time", member.name.bytes, Array(time.attribute.utf8), time.value)
            }
            let isTimed = Companions.isTimed(member.name)
            members.append(
                isTimed
                    ? member : Listed(name: member.name, digest: member.digest, times: []))
        }

        /// Writes down whether order counts, then all times if they do, then the members, sorted by
        /// name if their order is free, behind those that keep their place.
        consuming func finish(into stream: inout RecordStream) {
            switch arrangement.pinned {
            case nil: stream.add("order", Array("kept".utf8))
            case 0: stream.add("order", Array("any".utf8))
            case let count?: stream.add("order", Array("any".utf8), Array(String(count).utf8))
            }
            if arrangement.countsAllTimes { stream.add("times", times.finish().bytes) }
            if let pinned = arrangement.pinned {
                members[pinned...].sort { $0.name < $1.name }
            }
            for member in members {
                stream.add("entry", member.name.bytes, member.digest.bytes)
                guard arrangement.countsTimes(of: member.name) else { continue }
                for time in member.times {
                    stream.add("time", Array(time.attribute.utf8), time.value)
                }
            }
        }
    }
}
