import Archives
import Bytes
import Glibc
import Hashing

extension Recipe {
    /// Makes everything ready in `work`, an empty folder of this machine. Sources are copied there
    /// and hashed in the copy; tools are hashed where they are.
    ///
    /// - Parameters:
    ///   - lock: what the inputs have to be; without one they are what they are.
    ///   - listing: what lists the trees of the lock, so that paths can be named.
    ///   - launcher: starts the readers of archives.
    ///   - hashing: how files are hashed.
    /// - Throws: ``RebuildError`` with code `input` for an input that is missing, extra or
    ///   different, naming it; `declaration` for what contradicts itself; `io`.
    public func prepare(
        lock: Lock?, listing: Listing? = nil, in work: ByteString, launcher: ArchiveLauncher,
        hashing: HashWork
    ) throws(RebuildError) -> PreparedRecipe {
        guard lock == nil || lock?.recipe == digest else {
            throw RebuildError(
                .input,
                "the recipe is not the one that was locked; look at what changed and run "
                    + "'tally lock'")
        }
        let stage = Stage(work: work, launcher: launcher, hashing: hashing)
        var staged: [Stage.Item] = []
        for (index, input) in inputs.enumerated() {
            staged.append(try stage.take(input, index))
        }
        let measured = try MeasuredInputs(self, staged.map(\.measured))
        if let lock { try Recipe.check(measured, lock, listing) }
        let root = try stage.makeRoot(for: staged.map(\.measured))
        var job = BuildJob(name: name, root: root)
        for item in staged { job.inputs += try stage.inputs(of: item) }
        job.folder = folder
        job.environment = environment
        job.commands = commands
        job.outputs = outputs
        job.epoch = epoch
        return PreparedRecipe(
            job, measured.lock, mounted: staged.filter(\.isMounted).map(\.measured))
    }

    /// Refuses inputs that are not what the lock says.
    private static func check(
        _ measured: MeasuredInputs, _ lock: Lock, _ listing: Listing?
    ) throws(RebuildError) {
        let differences = measured.differences(from: lock, listing: listing)
        guard !differences.isEmpty else { return }
        throw RebuildError(.input, differences.joined(separator: "; "))
    }
}

/// Where the inputs of a recipe are put together for a build.
struct Stage {
    /// An input that is ready.
    struct Item {
        let measured: MeasuredInput
        /// Where its files are on this machine: it itself, its copy, or what was unpacked of it;
        /// `nil` for a root file system, which is no input of a job.
        let path: ByteString?

        /// Whether the build sees the very files that were hashed where they are.
        var isMounted: Bool {
            measured.input.use == .tool && [.file, .tree].contains(measured.input.kind)
        }
    }

    /// An empty folder of this machine.
    let work: ByteString
    /// Starts the readers of archives.
    let launcher: ArchiveLauncher
    /// How files are hashed.
    let hashing: HashWork

    /// Files at work at once.
    var jobs: Int { hashing.jobs }

    /// Copies and hashes a source; hashes a tool.
    func take(
        _ input: Recipe.Input, _ index: Int
    ) throws(RebuildError) -> Item {
        let own = work.appending(ByteString("input-\(index)"))
        switch (input.use, input.kind) {
        case (.tool, .file), (.tool, .tree):
            return Item(
                measured: try MeasuredInput(input, at: input.path, hashing),
                path: input.path)
        case (.source, .file), (.source, .tree):
            let target = try place(of: input, in: own)
            try copy(input, to: target)
            return Item(measured: try MeasuredInput(input, at: target, hashing), path: own)
        case (.source, .archive):
            let target = try place(of: input, in: own)
            return Item(measured: try unpackArchive(input, to: target), path: own)
        case (.tool, .archive):
            return Item(measured: try unpackArchive(input, to: own), path: own)
        case (_, .pool), (_, .rootfs), (_, .oci):
            return try makeRoot(of: input, at: root)
        }
    }

    /// Where a source lies in a folder that is copied as a whole: so that folders on the way to its
    /// place are copies as well, of which the build is the owner.
    private func place(
        of input: Recipe.Input, in own: ByteString
    ) throws(RebuildError) -> ByteString {
        var path = own
        for name in Place(input.place, isAbsolute: false)?.names ?? [] {
            try Files.makeFolder(path, mode: 0o755)
            path = path.appending(name)
        }
        return path
    }

    private func copy(_ input: Recipe.Input, to path: ByteString) throws(RebuildError) {
        let copy = SourceCopy(title: input.title, jobs: jobs)
        if input.kind == .tree {
            let tree: Tree
            do throws(SourceError) {
                tree = try MeasuredInput.tree(input, input.path, jobs)
            } catch {
                throw RebuildError(.input, "\(input.title): \(error.message)")
            }
            try copy.copy(tree, to: path)
            return
        }
        var status = stat()
        let isThere = unsafe stat(input.path.terminated, &status) == 0
        try copy.copyFile(isExecutable: isThere && status.st_mode & 0o111 != 0, to: path) {
            () throws(SourceError) in try FileSource(path: input.path)
        }
    }

    /// Where the root file system is made.
    private var root: ByteString { work.appending("root") }

    /// The root file system for the tools of a recipe: made of one of them already, or else now.
    func makeRoot(for inputs: [MeasuredInput]) throws(RebuildError) -> ByteString {
        let mounted = inputs.filter { $0.input.use == .tool && !$0.input.kind.isRoot }
        try Skeleton.checkNesting(mounted)
        if !inputs.contains(where: { $0.input.kind.isRoot }) {
            try Skeleton(path: root).make(mounted)
        }
        return root
    }

    /// What a job has for an input: the input itself, and what hides what is excluded from it.
    func inputs(of item: Item) throws(RebuildError) -> [BuildJob.Input] {
        guard let path = item.path else { return [] }
        let input = item.measured.input
        let isSource = input.use == .source
        let main = BuildJob.Input(
            source: path, place: isSource ? "." : input.place,
            mode: isSource ? .copied : .mounted)
        guard item.isMounted, !input.excluded.isEmpty else { return [main] }
        return [main] + (try masks(of: item, path))
    }

    // MARK: What is excluded

    /// The most paths that are hidden.
    private static let maskLimit = 1_000

    /// Empty files and folders, mounted on what is excluded from a tree that is mounted itself.
    private func masks(
        of item: Item, _ path: ByteString
    ) throws(RebuildError) -> [BuildJob.Input] {
        let input = item.measured.input
        var hidden: [(path: ByteString, isFolder: Bool)] = []
        try collectHidden(item.measured.folder, path, "", &hidden, input.title)
        let folder = work.appending("hidden")
        var status = stat()
        if !hidden.isEmpty, unsafe lstat(folder.terminated, &status) != 0 {
            try Files.makeFolder(folder, mode: 0o755)
            try Files.makeFolder(folder.appending("folder"), mode: 0o755)
            try Files.write([], to: folder.appending("file"))
            // Nobody is to take it for the file it hides.
            _ = unsafe chmod(folder.appending("file").terminated, 0)
        }
        return hidden.map { node in
            BuildJob.Input(
                source: folder.appending(node.isFolder ? "folder" : "file"),
                place: input.place.appending(node.path), mode: .mounted)
        }
    }

    /// What is in a folder of this machine and was left out of what it was measured as.
    private func collectHidden(
        _ measured: MerkleFolder, _ path: ByteString, _ prefix: ByteString,
        _ hidden: inout [(path: ByteString, isFolder: Bool)], _ title: String
    ) throws(RebuildError) {
        let folder = try Folder(path: path)
        for name in try folder.names() {
            let place = prefix.appending(name)
            switch (measured.nodes[name], folder.status(name).map { Folder.kind($0) }) {
            case (.folder(let inner), .folder):
                try collectHidden(inner, path.appending(name), place, &hidden, title)
            case (nil, .link):
                throw RebuildError(
                    .declaration,
                    "\(title) excludes \(place.escaped), a link, which cannot be hidden; exclude what "
                        + "it is in")
            case (nil, let kind): hidden.append((place, kind == .folder))
            default: break
            }
        }
        guard hidden.count <= Stage.maskLimit else {
            throw RebuildError(
                .declaration,
                "\(title) excludes more than \(Stage.maskLimit) files and folders; exclude the "
                    + "folders that they are in")
        }
    }
}
