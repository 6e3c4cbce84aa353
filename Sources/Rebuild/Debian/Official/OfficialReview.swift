import Bytes
import Findings

/// What an archive's signed index says of a build: which of its outputs it ships, and which of its
/// inputs.
public struct OfficialReview: Hashable, Sendable {
    /// The outputs that the archive ships, with its own sizes and digests.
    public private(set) var official: [ListedFile] = []
    /// Those of them that the `.buildinfo` says other bytes of: whoever wrote it did not build what
    /// is shipped.
    public private(set) var contradicted: [ByteString] = []
    /// The outputs that the archive does not ship: nobody vouches for them.
    public private(set) var unauthenticated: [ByteString] = []
    /// How many of the packages that went in the archive ships, by their very bytes.
    public private(set) var inputsShipped = 0
    /// The packages that went in and that it does not ship.
    public private(set) var inputsUnknown: [ByteString] = []
    private let release: String

    /// What has to come out, as the archive says, and as the `.buildinfo` says where the archive
    /// does not ship it.
    public private(set) var expected: [ListedFile] = []

    /// Looks up what a `.buildinfo` expects and what went in.
    public init(
        _ index: OfficialIndex, expected: [ListedFile], inputs: [BuildRecord.Resource]
    ) {
        release = index.releases.map { release in
            release.suite.escaped + (release.date.map { " of \($0.escaped)" } ?? "")
        }.joined(separator: "; ")
        for file in expected {
            guard let shipped = index.package(file: file.name)?.file else {
                unauthenticated.append(file.name)
                self.expected.append(file)
                continue
            }
            official.append(shipped)
            self.expected.append(shipped)
            if shipped.sha256 != file.sha256 { contradicted.append(file.name) }
        }
        for input in inputs {
            guard let name = input.name, let digest = input.sha256,
                name.hasSuffix(".deb") || name.hasSuffix(".udeb")
            else { continue }
            if index.ships(digest) { inputsShipped += 1 } else { inputsUnknown.append(name) }
        }
    }

    /// The same in sentences, for people.
    public var notes: [String] {
        var notes = [
            "\(official.count) of \(expected.count) outputs are official by the signed lists of "
                + "\(release), \(inputsShipped) of \(inputsShipped + inputsUnknown.count) packages "
                + "that went in are from there"
        ]
        func add(_ names: [ByteString], _ what: String) {
            guard !names.isEmpty else { return }
            notes.append("\(what): \(names.map(\.escaped).joined(separator: ", "))")
        }
        add(contradicted, "the .buildinfo declares other bytes than the archive ships")
        add(unauthenticated, "unauthenticated, since no signed list has it")
        add(inputsUnknown, "went in without a signed list that has it")
        return notes
    }
}
