import Bytes

/// What a recipe stands for on one day: the digests of all its inputs (`Docs/Recipe.md`, "The
/// lock").
public struct Lock: Hashable, Sendable {
    /// What a lock's text says it is.
    public static let schema = "tallystick/lock/v1"

    /// One input.
    public struct Entry: Hashable, Sendable {
        /// Its name.
        public let name: ByteString
        /// What it is for.
        public let use: Recipe.Input.Use
        /// What it is.
        public let kind: Recipe.Input.Kind
        /// Where the build sees it.
        public let place: ByteString
        /// The SHA-256 of a single file.
        public let sha256: Digest?
        /// Bytes of all its files.
        public let size: UInt64
        /// How many files it has.
        public let files: UInt64
        /// The digest of its folder as the Remote Execution API has it.
        public let directory: MerkleDigest

        /// What identifies it in provenance: of a single file its own digest, else the folder's.
        public var identity: Digest { sha256 ?? directory.sha256 }
    }

    /// The recipe's name.
    public let name: ByteString
    /// The recipe's text.
    public let recipe: MerkleDigest
    /// The inputs, in the order of the recipe.
    public let inputs: [Entry]
    /// The folder of all inputs at their places: the digest of what is declared.
    public let root: MerkleDigest
}

extension Lock.Entry {
    /// An input as it was found.
    init(_ measured: MeasuredInput) {
        name = measured.input.name
        use = measured.input.use
        kind = measured.input.kind
        place = measured.input.place
        sha256 = measured.content
        (files, size) = measured.folder.amount
        directory = measured.folder.digest
    }
}

extension Lock {
    /// The name of the folder that stands for the root file system among all inputs: no place of a
    /// recipe is called that.
    static let rootName: ByteString = ".root"

    /// The lock of a recipe whose inputs were found to be these.
    ///
    /// - Throws: ``RebuildError`` with code `declaration` for sources that are in each other's way.
    init(_ recipe: Recipe, _ measured: [MeasuredInput]) throws(RebuildError) {
        name = recipe.name
        self.recipe = recipe.digest
        inputs = measured.map { Entry($0) }
        root = try Lock.root(recipe, measured).digest
    }

    /// The folder of all inputs at their places.
    private static func root(
        _ recipe: Recipe, _ measured: [MeasuredInput]
    ) throws(RebuildError) -> MerkleFolder {
        var root = MerkleFolder()
        for item in measured where item.input.use == .tool {
            let names = Place(item.input.place, isAbsolute: true)?.names ?? []
            if item.input.kind == .file, let file = item.folder.nodes.values.first {
                root.mount(file, at: names[...])
            } else {
                let place = item.input.kind.isRoot ? [rootName] : names
                root.mount(.folder(item.folder), at: place[...])
            }
        }
        let folder = Place(recipe.folder, isAbsolute: true)?.names ?? []
        for item in measured where item.input.use == .source {
            let names = Place(item.input.place, isAbsolute: false)?.names ?? []
            let place = folder + (item.input.kind == .file ? names.dropLast() : names)
            guard let conflict = root.merge(item.folder, at: place[...]) else { continue }
            let path = conflict.dropFirst(folder.count).map(\.escaped).joined(separator: "/")
            throw RebuildError(
                .declaration,
                "\(item.input.title) brings \(path) into the build folder, where another source "
                    + "has it already; give one of them a place of its own with at")
        }
        return root
    }
}
