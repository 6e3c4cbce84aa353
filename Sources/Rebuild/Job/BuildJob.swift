import Bytes
import Glibc

/// What is built: what the build sees, what it runs, and what counts as its output.
///
/// Nothing in it says under which circumstances; those are ``Conditions``. All paths are bytes.
public struct BuildJob: Sendable {
    /// Something that is put where the build can see it.
    public struct Input: Hashable, Sendable {
        /// How it gets there.
        public enum Mode: Hashable, Sendable {
            /// Mounted read-only.
            case mounted
            /// Copied, so that the build may write there.
            case copied
        }

        /// Where it is on this machine.
        public var source: ByteString
        /// Where the build sees it: absolute when mounted, relative to the build folder when
        /// copied.
        public var place: ByteString
        /// How it gets there.
        public var mode: Mode

        /// An input.
        public init(source: ByteString, place: ByteString, mode: Mode) {
            self.source = source
            self.place = place
            self.mode = mode
        }
    }

    /// A program and its arguments.
    public struct Command: Hashable, Sendable {
        /// The program, as an absolute path or a name that `PATH` is searched for, and its
        /// arguments.
        public var words: [ByteString]

        /// A command.
        public init(_ words: [ByteString]) { self.words = words }
    }

    /// A variable of the build's environment.
    public struct Variable: Hashable, Sendable {
        /// Its name and value.
        public var name, value: ByteString

        /// A variable.
        public init(_ name: ByteString, _ value: ByteString) {
            self.name = name
            self.value = value
        }
    }

    /// What is built, for messages and the report.
    public var name: ByteString
    /// A folder of this machine that the build sees as `/`, read-only.
    public var root: ByteString
    /// What is mounted or copied besides, in this order.
    public var inputs: [Input] = []
    /// The build folder as the build sees it: absolute. It is the one place besides `/tmp` and its
    /// home that the build can write to.
    public var folder: ByteString = "/build"
    /// Whether the build has to be done in just that folder, as where it was declared.
    public var keepsFolder = false
    /// Where commands start, relative to ``folder``.
    public var workingFolder: ByteString = "."
    /// The environment; nothing of this machine's own gets in.
    public var environment: [Variable] = []
    /// Run one after the other; the first that fails ends the build.
    public var commands: [Command] = []
    /// Outputs, as patterns relative to ``folder`` (`*` and `?` within one name). Each must match.
    public var outputs: [ByteString] = []
    /// `SOURCE_DATE_EPOCH`, in seconds since 1970.
    public var epoch: Int64?

    /// Whether the build sees a file at an absolute path: in the root, or in what is mounted there.
    func holds(_ path: ByteString) -> Bool {
        let mounted = inputs.filter { $0.mode == .mounted }.compactMap { input -> ByteString? in
            path.rest(below: input.place).map { input.source.appending($0) }
        }
        let places = mounted + [ByteString(root.bytes + path.bytes)]
        return places.contains { place in
            unsafe access(place.terminated, R_OK) == 0
        }
    }

    /// A job that sees `root` and does nothing yet.
    public init(name: ByteString, root: ByteString) {
        self.name = name
        self.root = root
    }
}
