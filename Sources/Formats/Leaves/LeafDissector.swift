import Anatomy
import Bytes

/// The dissector of a leaf: all parts are known before the first is given out.
final class LeafDissector: Dissector {
    /// Where the contents are.
    private let source: any RandomSource
    private let parts: [Part]
    private var given = 0

    /// - Throws: ``SourceError`` with code `limit`, so that a layer with too many members, or with
    ///   too long a name, is opaque and not unread.
    init(_ source: any RandomSource, _ parts: [Part], _ limits: Limits) throws(SourceError) {
        var members = 0
        for part in parts {
            guard case .member(let member) = part else { continue }
            members += 1
            guard members <= limits.members, member.name.count <= limits.nameLength else {
                throw SourceError(.limit, "too many parts, or a part with too long a name")
            }
        }
        self.source = source
        self.parts = parts
    }

    func next() throws(SourceError) -> Part? {
        guard given < parts.count else { return nil }
        given += 1
        return parts[given - 1]
    }

    /// The content of the member given out last.
    func open() throws(SourceError) -> any Source {
        let last = parts[..<given].last { part in
            if case .member = part { true } else { false }
        }
        guard case .member(let member) = last, case .stored(let range) = member.storage else {
            return RangeSource(MemorySource([]))
        }
        return RangeSource(source, range)
    }
}

/// All bytes of a small leaf, with the parts that a parser has made of them so far.
struct LeafParser {
    /// The whole layer.
    let bytes: [UInt8]
    /// The same, for contents.
    private let source: any RandomSource
    /// The tiles before ``position``, and the members among them.
    private var parts: [Part] = []
    /// Where the next tile begins.
    private(set) var position = 0

    /// Reads the layer.
    ///
    /// - Throws: ``SourceError`` with code `limit` for a layer over ``Format/leafSize``.
    init(_ layer: Layer) throws(SourceError) {
        source = try layer.random()
        guard source.size <= Format.leafSize else {
            throw SourceError(.limit, "too large to be taken apart")
        }
        bytes = try source.read(ByteRange(start: 0, length: source.size))
    }

    /// Bytes that are left.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    /// Makes the next `length` bytes a run of fields. The caller knows that they are there.
    mutating func add(_ id: String, _ length: Int, member: ByteString? = nil) {
        parts.append(.fields(run(id, length, member)))
        position += length
    }

    /// Announces a member that carries the next `length` bytes as a run of its own.
    mutating func begin(_ name: ByteString, _ id: String, _ length: Int, content: Int) {
        let run = run(id, length, name)
        let range = ByteRange(start: UInt64(position + length), length: UInt64(content))
        parts.append(.member(Member(name: name, runs: [run], storage: .stored(range))))
        parts.append(.carried(run))
        position += length
        addContent(content, of: name)
    }

    /// Announces a member whose content the next `length` bytes are.
    mutating func addMember(_ name: ByteString, runs: [FieldRun] = [], content length: Int) {
        let range = ByteRange(start: UInt64(position), length: UInt64(length))
        parts.append(.member(Member(name: name, runs: runs, storage: .stored(range))))
        addContent(length, of: name)
    }

    /// Makes the next `length` bytes content of a member.
    mutating func addContent(_ length: Int, of name: ByteString) {
        guard length > 0 else { return }
        let range = ByteRange(start: UInt64(position), length: UInt64(length))
        parts.append(.content(range, of: name))
        position += length
    }

    /// Adds a part that the parser has made itself.
    mutating func add(_ part: Part) {
        parts.append(part)
        switch part {
        case .fields(let run), .carried(let run), .encoding(let run):
            position += Int(run.range.length)
        case .content(let range, _): position += Int(range.length)
        case .member: break
        }
    }

    /// A run at the present position, without a step.
    func run(_ id: String, _ length: Int, _ member: ByteString?) -> FieldRun {
        FieldRun(
            id, member: member, start: UInt64(position),
            bytes: Array(bytes[position..<position + length]))
    }

    /// The dissector, once all bytes are in tiles.
    func dissector(_ limits: Limits) throws(SourceError) -> any Dissector {
        guard position == bytes.count else { throw LeafParser.refusal(at: position) }
        return try LeafDissector(source, parts, limits)
    }

    /// What a parser throws. Nobody reads it: the layer is then opaque.
    static func refusal(at position: Int) -> SourceError {
        SourceError(.malformed, at: UInt64(position), "it breaks the rules of its format")
    }
}
