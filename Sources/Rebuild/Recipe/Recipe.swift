import Bytes

/// What is to be built: what goes in, what is run, what comes out (`Docs/Recipe.md`).
public struct Recipe: Hashable, Sendable {
    /// What a recipe's text says it is.
    public static let format = "tallystick/recipe/v1"

    /// What the build may reach.
    public enum Network: String, CaseIterable, Sendable {
        /// Nothing, not even itself.
        case none
        /// Its own processes, by internet sockets.
        case loopback
    }

    /// What the build may use; `nil` where the recipe leaves it to whoever builds.
    public struct Limits: Hashable, Sendable {
        /// Bytes of memory and of what the build writes.
        public var memory, disk: UInt64?
        /// Processes at a time, and seconds until the build is ended.
        public var processes, seconds: Int64?

        /// No limit of its own.
        public init() {}
    }

    /// What it is called: lowercase letters, digits, dots and hyphens.
    public let name: ByteString
    /// The folder of this machine that paths are relative to.
    public let base: ByteString
    /// Where the build sees its build folder: absolute.
    public let folder: ByteString
    /// What goes in: sources, then tools, in the order of the text. Names are unique.
    public let inputs: [Input]
    /// Variables that stand whatever the conditions, in the order of their names.
    public let environment: [BuildJob.Variable]
    /// What is run in the build folder.
    public let commands: [BuildJob.Command]
    /// Patterns of outputs, relative to the build folder.
    public let outputs: [ByteString]
    /// `SOURCE_DATE_EPOCH`, in seconds since 1970.
    public let epoch: Int64?
    /// What it may use.
    public let limits: Limits
    /// What it may reach.
    public let network: Network
    /// The SHA-256 and size of the text.
    public let digest: MerkleDigest
}

extension Recipe {
    /// Something that goes into the build.
    public struct Input: Hashable, Sendable {
        /// What it is for.
        public enum Use: String, CaseIterable, Sendable {
            /// Copied into the build folder.
            case source
            /// Mounted, read-only.
            case tool
        }

        /// What it is on this machine.
        public enum Kind: String, CaseIterable, Sendable {
            /// A file.
            case file
            /// A folder with all that is in it.
            case tree
            /// An archive, which the build sees unpacked.
            case archive
            /// A folder of `.deb` packages, of which the root file system is made.
            case pool
            /// A tar of a root file system.
            case rootfs
            /// An OCI image layout, whose image is the root file system.
            case oci

            /// Whether the root file system is made of it.
            public var isRoot: Bool { [.pool, .rootfs, .oci].contains(self) }
            /// Whether it is a single file on this machine.
            var isFile: Bool { [.file, .archive, .rootfs].contains(self) }
        }

        /// What it is called in messages, locks and provenance: the path as written, if nothing
        /// else was said.
        public let name: ByteString
        /// What it is for.
        public let use: Use
        /// What it is.
        public let kind: Kind
        /// Where it is on this machine.
        public let path: ByteString
        /// Where the build sees it: relative to the build folder for a source (`.` for the folder
        /// itself), else absolute.
        public let place: ByteString
        /// What is left out of a tree, as patterns; the build does not see it.
        public let excluded: [ByteString]

        /// What messages call it.
        var title: String { "\(use.rawValue) \"\(name.escaped)\"" }
    }
}

extension SandboxLimits {
    /// The limits of a recipe, and the defaults where it has none.
    public init(_ limits: Recipe.Limits) {
        self.init()
        if let bytes = limits.memory { memory = bytes }
        if let bytes = limits.disk { disk = bytes }
        if let count = limits.processes { processes = UInt64(count) }
        if let time = limits.seconds { seconds = UInt64(time) }
    }
}
