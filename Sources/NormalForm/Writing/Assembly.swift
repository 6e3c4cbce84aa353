import Anatomy
import Bytes

/// A container while its normal form is put together: contents and frames wait in one item of the
/// spool, and little is held per member.
final class Assembly {
    /// A member whose bytes are in the spool.
    private struct Placed {
        let item: MemberOrder.Item
        /// The encoded content.
        let content: ByteRange
        /// What stands around it where its tolerated times are left out, and where they count.
        let plain: Around
        let timed: Around?
    }

    /// The runs of a frame in the spool.
    private struct Around {
        let before, after, index: ByteRange
    }

    /// The member announced last.
    private struct Open {
        let member: Member
        var runs: [KeptRun] = []
        /// Tolerated times by the run that they are in.
        var times: [(run: Int, attribute: String, value: [UInt8])] = []
        var content = ByteRange(start: 0, length: 0)
        var encoded: Encoded?
    }

    let format: Format
    let composer: any Composer
    private let profile: Profile
    private let context: WritingContext
    private let spool: SpoolItem
    /// What the members say about order and times.
    private(set) var arrangement: Arrangement
    private var container = KeptContainer()
    private var placed: [Placed] = []
    private var open: Open?

    init(
        _ format: Format, _ composer: any Composer, _ profile: Profile, _ context: WritingContext,
        _ spool: SpoolItem
    ) {
        self.format = format
        self.composer = composer
        self.profile = profile
        self.context = context
        self.spool = spool
        arrangement = Arrangement(format: format, profile: profile)
    }

    /// Takes a run of the container, or one behind the content of the member announced last.
    func add(_ run: FieldRun) {
        if run.member == nil || open == nil {
            container.runs.append(kept(run).run)
        } else {
            addToMember(run)
        }
    }

    private func addToMember(_ run: FieldRun) {
        let (kept, times) = kept(run)
        let index = open?.runs.count ?? 0
        open?.runs.append(kept)
        open?.times += times.map { (index, $0.attribute, $0.value) }
    }

    /// What the normal form keeps of a run: the records that it leaves there, and nothing else.
    private func kept(
        _ run: FieldRun
    ) -> (run: KeptRun, times: [(attribute: String, value: [UInt8])]) {
        let records = RunRecords(run, format: format, profile: profile)
        let wanted = records.records
        let kept = KeptRun(run, position: container.members, records: wanted) {
            [format, profile] other in
            RunRecords(other, format: format, profile: profile).records == wanted
        }
        return (kept, records.times)
    }

    /// Begins a member; the one before it is complete.
    func begin(_ member: Member) throws(WritingFailure) {
        try seal()
        arrangement.note(member)
        container.members += 1
        open = Open(member: member)
        for run in member.runs { addToMember(run) }
    }

    /// Notes the beginning of a content that companions may depend on.
    func note(start: Chunk) {
        guard let member = open?.member else { return }
        arrangement.note(member, start: start)
    }

    /// Writes the content of the member announced last by `write`, encoded.
    func encode(
        _ write: (any Sink) throws(WritingFailure) -> Void
    ) throws(WritingFailure) {
        guard let member = open?.member else { return }
        let start = spool.size
        let encoder: any ContentEncoder
        do throws(Unwritable) {
            encoder = try composer.encoder(for: member, into: spool)
        } catch {
            throw .unwritable(error.reason)
        }
        try write(encoder)
        open?.encoded = try writing { () throws(SourceError) in try encoder.finish() }
        open?.content = ByteRange(start, to: spool.size)
    }

    /// Ends the member announced last: makes what stands around its content.
    private func seal() throws(WritingFailure) {
        guard let open else { return }
        self.open = nil
        container.content = open.encoded
        let plain = try around(KeptMember(open.member, open.runs, open.encoded))
        var timed: Around?
        if !open.times.isEmpty {
            var runs = open.runs
            for time in open.times { runs[time.run].restore(time.attribute, time.value) }
            timed = try around(KeptMember(open.member, runs, open.encoded))
        }
        placed.append(
            Placed(
                item: MemberOrder.Item(
                    name: open.member.name, kind: open.member.kind, link: open.member.link),
                content: open.content, plain: plain, timed: timed))
    }

    private func around(_ member: KeptMember) throws(WritingFailure) -> Around {
        let frame: Frame
        do throws(Unwritable) {
            frame = try composer.frame(member, context)
        } catch {
            throw .unwritable(error.reason)
        }
        return Around(
            before: try keep(frame.before), after: try keep(frame.after),
            index: try keep(frame.index))
    }

    private func keep(_ bytes: [UInt8]) throws(WritingFailure) -> ByteRange {
        let start = spool.size
        try writing { () throws(SourceError) in try spool.append(bytes[...]) }
        return ByteRange(start, to: spool.size)
    }

    // MARK: The end

    /// Writes the container into `sink`, now that all of it is known. Nothing was written before,
    /// so that a container without a writer can still be kept as it is.
    func finish(into sink: any Sink) throws(WritingFailure) {
        try seal()
        let pinned = arrangement.pinned
        let order =
            pinned.map { MemberOrder(placed.map(\.item)).sorted(pinned: $0) }
            ?? Array(placed.indices)
        let output = CountingSink(sink)
        do throws(WritingFailure) {
            try compose(order, into: output)
        } catch {
            // What has been written cannot be taken back.
            guard case .unwritable(let reason) = error, output.count > 0 else { throw error }
            throw .problem(SourceError(.unsupported, reason))
        }
    }

    /// Head, members with what stands between them, index, tail.
    private func compose(
        _ order: [Int], into output: CountingSink
    ) throws(WritingFailure) {
        try put(output) { () throws(Unwritable) in try composer.head(container, context) }
        var inline = container.runs[...]
        var offsets: [UInt64] = []
        for (count, index) in order.enumerated() {
            while let run = inline.first, run.position <= count {
                try put(output) { composer.inline(run) }
                inline.removeFirst()
            }
            offsets.append(output.count)
            let around = around(placed[index])
            for range in [around.before, placed[index].content, around.after] {
                try writing { () throws(SourceError) in
                    try output.append(all: RangeSource(spool, range))
                }
            }
        }
        for run in inline { try put(output) { composer.inline(run) } }
        let start = output.count
        for (offset, index) in zip(offsets, order) {
            let range = around(placed[index]).index
            guard range.length > 0 else { continue }
            let bytes = try writing { () throws(SourceError) in try spool.read(range) }
            try put(output) { () throws(Unwritable) in try composer.indexed(bytes, at: offset) }
        }
        container.index = ByteRange(start, to: output.count)
        try put(output) { () throws(Unwritable) in try composer.tail(container, context) }
    }

    /// Writes what a composer makes.
    private func put(
        _ output: CountingSink, _ make: () throws(Unwritable) -> [UInt8]
    ) throws(WritingFailure) {
        let bytes: [UInt8]
        do throws(Unwritable) { bytes = try make() } catch { throw .unwritable(error.reason) }
        try writing { () throws(SourceError) in try output.append(bytes[...]) }
    }

    /// The frame of a member, with its times where they count.
    private func around(_ member: Placed) -> Around {
        let counts =
            arrangement.countsAllTimes || arrangement.countsTimes(of: member.item.name)
        return counts ? member.timed ?? member.plain : member.plain
    }
}

/// A sink that knows how much it has taken.
private final class CountingSink: Sink {
    private let base: any Sink
    private(set) var count: UInt64 = 0

    init(_ base: any Sink) { self.base = base }

    func append(_ chunk: Chunk) throws(SourceError) {
        guard !chunk.isEmpty else { return }
        count += UInt64(chunk.count)
        try base.append(chunk)
    }
}
