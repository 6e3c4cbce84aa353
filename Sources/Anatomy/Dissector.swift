import Bytes

/// One step through a layer.
public enum Part: Sendable {
    /// Tiles that are fields.
    case fields(FieldRun)
    /// Tiles that are fields of a member which has them in ``Member/runs``.
    case carried(FieldRun)
    /// A member begins; its content may be opened before the next step.
    case member(Member)
    /// A tile that is content of the named member.
    case content(ByteRange, of: ByteString)
    /// Tiles inside the encoded bytes of a compressed file, behind the announcement of its member:
    /// headers, sizes, checksums.
    ///
    /// They are compared with the ``content(_:of:)`` tiles that they stand between, as one run of
    /// bytes under the rule for how the content is encoded; the roles of their fields only explain.
    case encoding(FieldRun)
}

/// A layer being taken apart, pulled step by step, on one thread.
///
/// Tiles come in ascending order, each begins where the last ended, the last ends at the end of the
/// layer; a member whose fields lie elsewhere carries them in ``Member/runs``, but each byte is a
/// tile once. The engine checks that (``CheckedDissector``), not the format.
public protocol Dissector: AnyObject {
    /// The next step; `nil` after the last tile.
    ///
    /// - Throws: ``SourceError`` if the layer breaks the rules of its format, or means different
    ///   things to different readers.
    func next() throws(SourceError) -> Part?

    /// The content of the member announced last, decoded, to be read once and before ``next()``.
    /// What is not read is passed over, with its checksums verified all the same.
    func open() throws(SourceError) -> any Source
}

/// A dissector whose tiling is proved while it is used: one integer per layer.
public final class CheckedDissector: Dissector {
    /// The format's own dissector, which is not trusted to tile.
    private let base: any Dissector
    /// Bytes of the layer; `nil` for a stream, whose end is then not checked against the tiles.
    private let size: UInt64?
    /// Of these, the numbers of members and of bytes in a name are enforced here.
    private let limits: Limits
    /// Where the next tile has to begin: the one integer that the check takes.
    private var expected: UInt64 = 0
    /// Members announced so far.
    private var members = 0

    /// Checks `base` over a layer of `size` bytes, where that is known beforehand.
    public init(_ base: any Dissector, size: UInt64?, limits: Limits) {
        self.base = base
        self.size = size
        self.limits = limits
    }

    /// The next step of the dissector, if it fits the last one.
    ///
    /// - Throws: ``SourceError`` as the dissector does, `malformed` for a gap or an overlap of
    /// tiles, and `limit` for too many members or too long a name. These checks are there in
    /// release builds too.
    public func next() throws(SourceError) -> Part? {
        guard let part = try base.next() else {
            guard size == nil || size == expected else {
                throw SourceError(
                    .malformed, at: expected,
                    "the tiles end at \(expected), the layer at \(size ?? 0): a fault in the "
                        + "dissector; please report it")
            }
            return nil
        }
        switch part {
        case .fields(let run), .carried(let run), .encoding(let run): try accept(run.range)
        case .content(let range, _): try accept(range)
        case .member(let member): try admit(member)
        }
        return part
    }

    /// The dissector's own content; nothing of it is checked here.
    public func open() throws(SourceError) -> any Source { try base.open() }

    /// Counts a member and measures its name.
    private func admit(_ member: Member) throws(SourceError) {
        members += 1
        guard members <= limits.members else {
            throw SourceError(
                .limit, at: expected,
                "more than \(limits.members) members; raise --max-members to go on")
        }
        guard member.name.count <= limits.nameLength else {
            throw SourceError(
                .limit, at: expected,
                "a name is longer than \(limits.nameLength) bytes; raise --max-name to go on")
        }
    }

    /// Takes a tile: it has to begin where the last one ended.
    private func accept(_ range: ByteRange) throws(SourceError) {
        guard range.start == expected else {
            throw SourceError(
                .malformed, at: expected,
                "a tile begins at \(range.start) where \(expected) was due: a fault in the "
                    + "dissector; please report it")
        }
        expected = range.end
    }
}
