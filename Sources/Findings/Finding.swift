import Bytes

/// A run of bytes on one side of a finding.
public struct Extent: Hashable, Sendable {
    /// The run, in the innermost layer.
    public let range: ByteRange
    /// The SHA-256 of the run's bytes, where it was made.
    public let sha256: Digest?

    /// A run with its digest.
    public init(_ range: ByteRange, sha256: Digest? = nil) {
        self.range = range
        self.sha256 = sha256
    }
}

/// Two runs of bytes that stand for each other and differ.
public struct RangePair: Hashable, Sendable {
    /// The run on the left.
    public let left: ByteRange
    /// The run on the right.
    public let right: ByteRange

    /// A pair of runs.
    public init(left: ByteRange, right: ByteRange) {
        self.left = left
        self.right = right
    }
}

/// One difference at one location.
public struct Finding: Hashable, Sendable {
    /// What differs.
    public enum Kind: String, Sendable, CaseIterable {
        /// Bytes of content.
        case content
        /// A field of a format, or an attribute that fields carry.
        case field
        /// A member that only one side has.
        case member
        /// A member with the same content under another name.
        case moved
        /// The order of members.
        case order
        /// The format: one side is another kind of container.
        case format
        /// The codec or method that members are stored with.
        case codec
        /// Equal members in a container whose framing is not accounted for.
        case framing
        /// An attribute of a file in a tree.
        case attribute
    }

    /// Whether a difference stands for itself.
    public enum Role: String, Sendable, CaseIterable {
        /// It stands for itself.
        case root
        /// It had to change because another did.
        case derived
    }

    /// A hash of location and kind: the same difference has the same ID in every run.
    public let id: String
    /// The chain of names to the innermost layer.
    public let path: [ByteString]
    /// The field or attribute, where one differs.
    public let field: String?
    /// What differs.
    public let kind: Kind
    /// Whether it stands for itself.
    public var role: Role = .root
    /// For a derived difference, the root it follows from.
    public var rootID: String?
    /// Where it is on the left, if the left has it.
    public var left: Extent?
    /// Where it is on the right, if the right has it.
    public var right: Extent?
    /// The left value in words, where it has a short form.
    public var leftValue: String?
    /// The right value in words.
    public var rightValue: String?
    /// All differing runs, in ascending order.
    public var ranges: [RangePair] = []
    /// How many more runs there are than are listed.
    public var omittedRanges: UInt64 = 0
    /// The bytes around the first difference.
    public var context: HexContext?
    /// The changed lines, where both sides are text.
    public var lines: LineDiff?
    /// What else is to be said, as one sentence without a full stop.
    public var note: String?
    /// Why the difference exists, when known.
    public var cause: String?
    /// What the difference can do, when known.
    public var risk: String?

    /// A root difference with nothing said about it yet.
    public init(id: String, path: [ByteString], field: String? = nil, kind: Kind) {
        self.id = id
        self.path = path
        self.field = field
        self.kind = kind
    }

    /// Where the difference is.
    public var location: Location { Location(path, field: field) }
}

/// Some bytes of both sides around a difference.
public struct HexContext: Hashable, Sendable {
    /// The offset of the first byte shown, on each side.
    public let leftStart, rightStart: UInt64
    /// The bytes shown, on each side.
    public let left, right: [UInt8]

    /// A context.
    public init(leftStart: UInt64, left: [UInt8], rightStart: UInt64, right: [UInt8]) {
        self.leftStart = leftStart
        self.left = left
        self.rightStart = rightStart
        self.right = right
    }
}

/// Changed lines in hunks, as in a unified diff.
public struct LineDiff: Hashable, Sendable {
    /// One line of a hunk, without its line break.
    public struct Line: Hashable, Sendable {
        /// Where the line stands.
        public enum Origin: String, Sendable {
            /// On both sides.
            case both = " "
            /// On the left only.
            case left = "-"
            /// On the right only.
            case right = "+"
        }

        /// Where the line stands.
        public let origin: Origin
        /// The line's bytes.
        public let text: ByteString
        /// Whether a line break follows.
        public let isTerminated: Bool

        /// A line.
        public init(_ origin: Origin, _ text: ByteString, isTerminated: Bool = true) {
            self.origin = origin
            self.text = text
            self.isTerminated = isTerminated
        }
    }

    /// A run of lines with changes.
    public struct Hunk: Hashable, Sendable {
        /// The number of the first line, from 1, on each side.
        public let leftStart, rightStart: Int
        /// The lines.
        public let lines: [Line]

        /// A hunk.
        public init(leftStart: Int, rightStart: Int, lines: [Line]) {
            self.leftStart = leftStart
            self.rightStart = rightStart
            self.lines = lines
        }

        /// How many lines of each side the hunk covers.
        public var counts: (left: Int, right: Int) {
            (lines.count { $0.origin != .right }, lines.count { $0.origin != .left })
        }
    }

    /// The hunks in order.
    public var hunks: [Hunk]
    /// Lines on the left that are gone, and lines on the right that are new, in all hunks.
    public var removed, added: Int
    /// Whether the search was cut short at its cost limit, so that the script is right but may be
    /// longer than it must be.
    public var isCapped: Bool
    /// Changes whose hunks are past the limit, counted but not listed.
    public var omitted: Int

    /// A diff.
    public init(hunks: [Hunk], removed: Int, added: Int, isCapped: Bool, omitted: Int = 0) {
        self.hunks = hunks
        self.removed = removed
        self.added = added
        self.isCapped = isCapped
        self.omitted = omitted
    }
}
