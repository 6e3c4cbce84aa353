import Bytes
import LibCrypto

/// The algorithms by which lists name files.
public typealias DigestAlgorithm = MessageDigest.Algorithm

/// A text that names files by their digests: `SHA256SUMS`, `md5sums`, a wheel's `RECORD`, a jar's
/// manifest, or a Debian control file such as `.dsc`, `.changes` and `.buildinfo`.
public struct DigestList: Hashable, Sendable {
    /// What a list says of one file.
    public struct Entry: Hashable, Sendable {
        /// The name, as the list has it.
        public let name: ByteString
        /// The size in bytes, where the list has it.
        public var size: UInt64?
        /// The digests by algorithm; never empty.
        public var digests: [DigestAlgorithm: [UInt8]]

        /// The SHA-256, where the list has it.
        public var sha256: Digest? { digests[.sha256].flatMap { Digest($0) } }

        /// What a list says of `name`.
        public init(name: ByteString, size: UInt64? = nil, digests: [DigestAlgorithm: [UInt8]]) {
            self.name = name
            self.size = size
            self.digests = digests
        }
    }

    /// The files in the order of the list; names are unique.
    public let entries: [Entry]
    /// What the text says besides: two lists with equal rests differ in their entries only.
    public let rest: [UInt8]

    /// A list of entries; `nil` if a name occurs twice or there is no entry.
    init?(_ entries: [Entry], rest: [UInt8]) {
        guard !entries.isEmpty, Set(entries.map(\.name)).count == entries.count else { return nil }
        self.entries = entries
        self.rest = rest
    }

    /// A list in the form of `sha256sum` and `md5sum`; the length of a digest tells its algorithm.
    /// `nil` if a line is none of such a list.
    public init?(checksums text: [UInt8]) {
        var entries: [Entry] = []
        for line in text.split(separator: 0x0a) {
            guard let parts = ChecksumLine.parts(of: line),
                let algorithm = DigestAlgorithm.allCases.first(where: {
                    $0.length == parts.digest.count
                })
            else { return nil }
            entries.append(Entry(name: parts.name, digests: [algorithm: parts.digest]))
        }
        self.init(entries, rest: [])
    }

    /// A list that may stand for the files it names: `SHA256SUMS` or a control file, each with a
    /// SHA-256 for every file.
    public init?(side text: [UInt8]) {
        guard let list = DigestList(checksums: text) ?? DigestList(control: text),
            list.entries.allSatisfy({ $0.sha256 != nil })
        else { return nil }
        self = list
    }
}

/// Several digests of one stream at once.
public struct Digests: ~Copyable {
    /// One digest in the making for each algorithm.
    private final class State {
        var digest: MessageDigest
        init(_ algorithm: DigestAlgorithm) { digest = MessageDigest(algorithm) }
        func update(_ bytes: Chunk) { digest.update(bytes) }
        var value: [UInt8] { digest.fork().finish() }
    }

    /// By algorithm.
    private let states: [DigestAlgorithm: State]
    /// Bytes so far.
    public private(set) var size: UInt64 = 0

    /// Digests of an empty message, by every algorithm.
    public init() { self.init(Set(DigestAlgorithm.allCases)) }

    /// Digests of an empty message.
    public init(_ algorithms: Set<DigestAlgorithm>) {
        states = Dictionary(uniqueKeysWithValues: algorithms.map { ($0, State($0)) })
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: Chunk) {
        for state in states.values { state.update(bytes) }
        size += UInt64(bytes.count)
    }

    /// Adds all that `source` still has.
    public mutating func update(all source: any Source) throws(SourceError) {
        while let chunk = try source.next() { update(chunk) }
    }

    /// What a list would say of the message.
    public consuming func entry(named name: ByteString) -> DigestList.Entry {
        DigestList.Entry(name: name, size: size, digests: states.mapValues(\.value))
    }
}
