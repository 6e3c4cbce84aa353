import Bytes

/// How containers of a format are written down in normal form (`Docs/Normalize.md`).
///
/// A composer sees what the profile keeps of a container, in ``KeptRun``, and the contents of its
/// members; of what the profile tolerates it sees nothing, so that two artifacts with one normal
/// form are written as the same bytes.
public protocol Composer: Sendable {
    /// Whether members are only wrapped, as in compressed files and packages: what is in them is
    /// written anew even where nothing inside the members of archives is.
    var isWrapper: Bool { get }

    /// Whether a member of this name says what bytes other members have, or where they are: then
    /// all contents of the container stay as they are.
    func pinsContents(_ name: ByteString) -> Bool

    /// Whether the content of a member may be replaced by its own normal form.
    func mayRewrite(_ member: Member) -> Bool

    /// Encodes a member's content into `sink`.
    func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder

    /// What stands before and behind a member's content, and in an index.
    func frame(
        _ member: KeptMember, _ context: WritingContext
    ) throws(Unwritable) -> Frame

    /// What the container begins with.
    func head(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8]

    /// A run of the container that stands between two members, where it has to stay.
    func inline(_ run: KeptRun) -> [UInt8]

    /// A member's part of the index, now that it is known where the member begins.
    func indexed(_ index: [UInt8], at offset: UInt64) throws(Unwritable) -> [UInt8]

    /// What the container ends with, behind the index.
    func tail(_ container: KeptContainer, _ context: WritingContext) throws(Unwritable) -> [UInt8]
}

extension Composer {
    public var isWrapper: Bool { false }
    public func pinsContents(_ name: ByteString) -> Bool { false }
    public func mayRewrite(_ member: Member) -> Bool { true }
    public func encoder(
        for member: Member, into sink: any Sink
    ) throws(Unwritable) -> any ContentEncoder { PlainEncoder(sink) }
    public func frame(
        _ member: KeptMember, _ context: WritingContext
    ) throws(Unwritable) -> Frame { Frame() }
    public func inline(_ run: KeptRun) -> [UInt8] { [] }
    public func indexed(_ index: [UInt8], at offset: UInt64) throws(Unwritable) -> [UInt8] { index }
}

/// Why a container has no writer: it is then kept as it is.
public struct Unwritable: Error, Hashable, Sendable {
    /// The reason, as half a sentence that follows a location and a colon.
    public let reason: String

    /// A reason.
    public init(_ reason: String) { self.reason = reason }
}

/// What a writer is told besides what it writes.
public struct WritingContext: Hashable, Sendable {
    /// What stands for every time that the profile tolerates, in seconds since 1970.
    public let epoch: UInt64

    /// A context.
    public init(epoch: UInt64) { self.epoch = epoch }
}

/// What a profile keeps of a run of fields, and so what has to be written down again.
public struct KeptRun: Sendable {
    /// The run as it was read.
    public let run: FieldRun
    /// How many members came before it.
    public let position: Int
    /// Canonical values by attribute. What is not here is empty or tolerated.
    public private(set) var values: [String: [UInt8]] = [:]
    /// Fields that stand for themselves, in their order.
    public private(set) var fields: [(id: String, bytes: [UInt8])] = []
    /// The bytes of values that may not be written down in another way.
    public private(set) var raw: [String: [UInt8]] = [:]
    /// Whether other bytes for the run would leave the same in the normal form.
    public let isKept: @Sendable (FieldRun) -> Bool

    /// What the records of a run say (`Docs/NormalForm.md`, "Fields").
    public init(
        _ run: FieldRun, position: Int, records: [[[UInt8]]],
        isKept: @escaping @Sendable (FieldRun) -> Bool
    ) {
        self.run = run
        self.position = position
        self.isKept = isKept
        for record in records where record.count == 3 {
            let name = String(decoding: record[1], as: UTF8.self)
            switch String(decoding: record[0], as: UTF8.self) {
            case "value": values[name] = record[2]
            case "field": fields.append((name, record[2]))
            default: raw[name] = record[2]
            }
        }
    }

    /// Puts back a value that the profile tolerates, but that counts after all.
    public mutating func restore(_ attribute: String, _ value: [UInt8]) {
        values[attribute] = value
    }

    /// The bytes of the first field of a name that stands for itself.
    public func field(_ id: String) -> [UInt8]? { fields.first { $0.id == id }?.bytes }

    /// Whether nothing is kept.
    public var isEmpty: Bool { values.isEmpty && fields.isEmpty && raw.isEmpty }
}

/// A member to be written.
public struct KeptMember: Sendable {
    /// The member as it was read.
    public let member: Member
    /// What is kept of its runs, those behind its content too.
    public let runs: [KeptRun]
    /// Its content as it was encoded; `nil` if it has none.
    public let content: Encoded?

    /// A member.
    public init(_ member: Member, _ runs: [KeptRun], _ content: Encoded?) {
        self.member = member
        self.runs = runs
        self.content = content
    }

    /// The first run of a name.
    public func run(_ id: String) -> KeptRun? { runs.first { $0.run.id == id } }
}

/// What is kept of a container itself.
public struct KeptContainer: Sendable {
    /// What is kept of its own runs, in their order.
    public var runs: [KeptRun] = []
    /// How many members it has.
    public var members = 0
    /// The content of its last member: in a compressed file, of the only one.
    public var content: Encoded?
    /// Where the index is, once it is written.
    public var index = ByteRange(start: 0, length: 0)

    /// Nothing yet.
    public init() {}

    /// The runs of a name.
    public func runs(_ id: String) -> [KeptRun] { runs.filter { $0.run.id == id } }
}

/// The bytes around a member's content.
public struct Frame: Hashable, Sendable {
    /// Before and behind the content, and in the index at the container's end.
    public var before: [UInt8], after: [UInt8], index: [UInt8]

    /// A frame.
    public init(before: [UInt8] = [], after: [UInt8] = [], index: [UInt8] = []) {
        self.before = before
        self.after = after
        self.index = index
    }
}
