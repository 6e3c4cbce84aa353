import Bytes
import Findings

extension Predicate {
    /// Something outside the statement, by name and SHA-256: an in-toto resource descriptor.
    public struct Resource: Hashable, Sendable {
        /// Its name.
        public let name: ByteString
        /// The SHA-256 of its bytes.
        public let sha256: Digest

        var json: JSON { .record(["name": .string(name), "digest": sha256.digestSet]) }
    }

    /// One of the two builds that were compared.
    public struct Build: Hashable, Sendable {
        /// The artifact's path as typed, in its escaped form.
        public let name: ByteString
        /// What it is.
        public let kind: Side.Kind
        /// The SHA-256 of the file, or of the tree's listing (`Docs/NormalForm.md`).
        public let sha256: Digest
        /// Its size in bytes; for a tree, that of all files in it; `nil` where a statement gives
        /// the digest.
        public let size: UInt64?
        /// The SHA-256 of its normal form, where it was made; valid beside the profile only.
        public let normalForm: Digest?
        /// Who or what built it, as declared; `nil` when undeclared.
        public let builder: ByteString?
        /// The build's provenance, as declared; `nil` when undeclared.
        public let provenance: Resource?

        var json: JSON {
            .record([
                "name": .string(name), "kind": .text(kind.rawValue), "digest": sha256.digestSet,
                "size": size.map { .count($0) }, "normalForm": normalForm?.digestSet,
                "builder": builder.map { .record(["id": .string($0)]) } ?? Predicate.undeclared,
                "provenance": provenance?.json ?? Predicate.undeclared,
            ])
        }
    }

    /// The program that compared.
    public struct Tool: Hashable, Sendable {
        /// Its name.
        public let name: ByteString
        /// Its version.
        public let version: ByteString
    }

    /// All that one rule tolerated.
    public struct Rule: Hashable, Sendable {
        /// The rule's name.
        public let name: ByteString
        /// The rule's version.
        public let version: Int
        /// How many differences it tolerated.
        public let count: UInt64
        /// The SHA-256 of the full list.
        public let listSHA256: Digest
        /// The first of them: `path`, `field`, `left`, `right`.
        public let first: [JSON]

        var json: JSON {
            .record([
                "rule": .string(name), "version": .integer(Int64(version)),
                "count": .count(count), "listSHA256": .text(listSHA256.hex),
                "first": .array(first),
            ])
        }
    }

    /// The differences that no rule covers.
    public struct Findings: Hashable, Sendable {
        /// How many root differences the report lists.
        public let roots: UInt64
        /// How many differences it lists that follow from them.
        public let derived: UInt64
        /// How many more it counts without listing them.
        public let omitted: UInt64
        /// The first root differences, at most ``Predicate/listed``.
        public let listed: [JSON]

        var json: JSON {
            .record([
                "roots": .count(roots), "derived": .count(derived), "omitted": .count(omitted),
                "listed": .array(listed),
            ])
        }
    }

    /// What could not be read.
    public struct Unread: Hashable, Sendable {
        /// How many things.
        public let count: UInt64
        /// The first of them, at most ``Predicate/listed``.
        public let listed: [JSON]

        var json: JSON { .record(["count": .count(count), "listed": .array(listed)]) }
    }

    /// The most root findings, and the most things unread, that a predicate lists.
    public static let listed = 256
    /// The most rules, exclusions and notes.
    static let entryLimit = 1_024
    /// The most declared inputs.
    static let inputLimit = 16_384
    /// The most names in one location.
    static let pathLimit = 256

    /// What stands where nothing was declared, so that silence cannot be taken for an empty list.
    static var undeclared: JSON { .text("undeclared") }
}

extension Digest {
    /// An in-toto digest set with this SHA-256.
    var digestSet: JSON { .record(["sha256": .text(hex)]) }
}
