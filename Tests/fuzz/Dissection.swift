import Anatomy
import Bytes

/// Everything that one walk over a layer met, and how it ended.
struct Walk: Equatable {
    var tiles: [ByteRange] = []
    var names: [ByteString] = []
    /// The fault that ended it; `nil` at the end of the layer.
    var fault: SourceError.Code?
}

/// What has to hold of a dissector, whatever it is set on.
struct Dissection {
    /// Small, so that whatever ignores them is seen in the peak of memory.
    static let limits = {
        var limits = Limits()
        limits.members = 2000
        limits.nameLength = 4096
        limits.headerSize = 64 * 1024
        limits.expandedBytes = 1 << 24
        limits.depth = 8
        return limits
    }()

    /// Bytes that are read of one member's content.
    private static let contentLimit = 1 << 22

    static let spool = Spool(folder: "/tmp", budget: 1 << 28)

    let format: Format
    let bytes: [UInt8]

    /// Walks a layer of `bytes` in three ways, which must agree.
    static func check(_ bytes: [UInt8], as format: Format) {
        let dissection = Dissection(format: format, bytes: bytes)
        let walk = dissection.walk(opens: true, drips: false)
        let passing = dissection.walk(opens: false, drips: false)
        // At random, content that nobody opens is not read at all.
        if format.access == .random {
            hold(passing.tiles.starts(with: walk.tiles), "content read is content passed over")
        } else {
            // How far a decoder comes before it fails depends on how its output is taken.
            let bothFail = passing.fault != nil && passing.fault == walk.fault
            hold(
                passing == walk || bothFail,
                "content passed over is judged as content read: \(note(walk)) and \(note(passing))")
        }
        let dripping = dissection.walk(opens: false, drips: true)
        hold(
            (dripping.fault == nil) == (passing.fault == nil)
                && (dripping.fault != nil
                    || dripping.tiles == passing.tiles && dripping.names == passing.names),
            "a stream is walked as a file is: \(note(passing)) and \(note(dripping))")
    }

    private static func note(_ walk: Walk) -> String {
        "\(walk.tiles.count) tiles, \(walk.fault?.rawValue ?? "the end")"
    }

    /// One walk; `drips` sets the dissector on a stream in odd small chunks.
    private func walk(opens: Bool, drips: Bool) -> Walk {
        let layer =
            drips
            ? Layer(
                live: Dripping(bytes), again: { Dripping(bytes) }, spool: Dissection.spool)
            : Layer(MemorySource(bytes), spool: Dissection.spool)
        var walk = Walk()
        do throws(SourceError) {
            let dissector = try format.dissector(of: layer, Dissection.limits)
            while let part = try dissector.next() {
                switch part {
                case .fields(let run), .carried(let run), .encoding(let run):
                    walk.tiles.append(run.range)
                    check(run)
                case .content(let range, _): walk.tiles.append(range)
                case .member(let member):
                    walk.names.append(member.name)
                    try check(member, dissector, opens: opens)
                }
            }
        } catch {
            hold(!error.message.contains("a fault in the dissector"), error.message)
            walk.fault = error.code
        }
        return walk
    }

    /// A member's runs lie in the layer, and its content is the same when it is opened again.
    private func check(
        _ member: Member, _ dissector: any Dissector, opens: Bool
    ) throws(SourceError) {
        for run in member.runs { check(run) }
        if case .stored(let range) = member.storage { checkInside(range, "stored content") }
        if let range = member.encodedRange { checkInside(range, "encoded content") }
        guard opens, member.hasContent else { return }
        let content = Result { () throws(SourceError) in try read(try dissector.open()) }
        if let reopen = member.reopen {
            let again = Result { () throws(SourceError) in try read(try reopen()) }
            hold((try? content.get()) == (try? again.get()), "content reopened is the same content")
        }
        _ = try content.get()
    }

    /// A stored run may end past the layer, where reading it then fails; it must not wrap around.
    private func checkInside(_ range: ByteRange, _ what: String) {
        hold(range.start <= UInt64(bytes.count), "\(what) begins inside the layer: \(range)")
    }

    private func read(_ source: any Source) throws(SourceError) -> [UInt8] {
        var content: [UInt8] = []
        while content.count < Dissection.contentLimit, let chunk = try source.next() {
            hold(!chunk.isEmpty, "a chunk is never empty")
            content += chunk
        }
        return content
    }

    /// A run has the layer's bytes, and its fields make it up without a gap or an overlap.
    private func check(_ run: FieldRun) {
        guard run.range.end <= UInt64(bytes.count) else {
            broken("\(run.id) at \(run.range) lies in a layer of \(bytes.count)")
        }
        // What has no bytes of its own is only said of a member, and lies nowhere.
        if run.range.length == 0, !run.bytes.isEmpty { return }
        let own = bytes[Int(run.range.start)..<Int(run.range.end)]
        hold(
            run.isZeros ? own.allSatisfy { $0 == 0 } : own.elementsEqual(run.bytes),
            "\(run.id) has the bytes of the layer")
        var end = run.range.start
        let fields = format.expand(run).filter { $0.range.length > 0 }
        for field in fields.sorted(by: { $0.range < $1.range }) {
            hold(field.range.start == end, "\(field.id) at \(field.range) begins at \(end)")
            end = field.range.end
            guard end <= run.range.end else { broken("\(field.id) ends in \(run.id)") }
            guard !run.isZeros, !field.bytes.isEmpty else { continue }
            let part = bytes[Int(field.range.start)..<Int(field.range.end)]
            hold(part.elementsEqual(field.bytes), "\(field.id) has the bytes of the layer")
        }
        hold(end == run.range.end, "the fields of \(run.id) end at \(run.range.end), not \(end)")
    }
}

/// Bytes in chunks of one, two, three and more bytes: no dissector may lean on how they are cut.
final class Dripping: BufferedSource {
    private var rest: ArraySlice<UInt8>
    private var step = 1

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    override func produce() throws(SourceError) -> Chunk? {
        guard !rest.isEmpty else { return nil }
        defer {
            rest = rest.dropFirst(step)
            step = step % 61 + 3
        }
        return rest.prefix(step)
    }
}
