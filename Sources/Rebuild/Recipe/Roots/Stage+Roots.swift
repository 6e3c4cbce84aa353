import Archives
import Bytes
import Hashing

extension Stage {
    /// Unpacks an archive whose bytes are hashed.
    func unpackArchive(
        _ input: Recipe.Input, to path: ByteString
    ) throws(RebuildError) -> MeasuredInput {
        let (measured, file) = try open(input)
        let tree = RootTree(try RootFolder(new: path))
        let unpacking = Unpacking(title: input.title, launcher: launcher, isAnyKind: true)
        try unpacking.visit(file) { item throws(RebuildError) in
            try unpacking.add(item, to: tree)
        }
        try tree.finish()
        return measured
    }

    /// Hashes a single file and leaves it open.
    private func open(
        _ input: Recipe.Input
    ) throws(RebuildError) -> (MeasuredInput, FileSource) {
        do throws(SourceError) {
            let file = try FileSource(path: input.path)
            return (try MeasuredInput(input, file: file, input.path), file)
        } catch {
            throw RebuildError(.input, "\(input.title): \(error.message)")
        }
    }

    /// Makes the root file system that an input is, of bytes that are hashed.
    func makeRoot(
        of input: Recipe.Input, at path: ByteString
    ) throws(RebuildError) -> Item {
        switch input.kind {
        case .pool: return try makePoolRoot(input, path)
        case .oci: return try makeImageRoot(input, path)
        default: return try makeTarRoot(input, path)
        }
    }

    private func makeTarRoot(
        _ input: Recipe.Input, _ path: ByteString
    ) throws(RebuildError) -> Item {
        let (measured, file) = try open(input)
        let tree = RootTree(try RootFolder(new: path))
        let unpacking = Unpacking(title: input.title, launcher: launcher)
        try unpacking.visit(file) { item throws(RebuildError) in
            if !Stage.isDevice(item) { try unpacking.add(item, to: tree) }
        }
        try Stage.finish(tree)
        return Item(measured: measured, path: nil)
    }

    /// Whether a member is a device below `/dev`, where the sandbox has its own.
    private static func isDevice(_ item: Unpacking.Member) -> Bool {
        item.isSpecial && item.place.text.hasPrefix("dev/")
    }

    /// Adds the folders that the sandbox puts something on, and sets times.
    private static func finish(_ tree: RootTree) throws(RebuildError) {
        for name in ["proc", "dev", "tmp", "sys"] as [ByteString] {
            guard let place = RootPath(name, isMerged: false), tree.claim(place) == nil else {
                continue
            }
            try tree.addFolder(place, mode: 0o755, time: 0, by: RootTree.made)
        }
        try tree.finish()
    }

    // MARK: Images

    private func makeImageRoot(
        _ input: Recipe.Input, _ path: ByteString
    ) throws(RebuildError) -> Item {
        let measured = try MeasuredInput(input, at: input.path, hashing)
        let image = try OCILayout(folder: input.path, title: input.title)
        let unpacking = Unpacking(title: input.title, launcher: launcher)
        var plan = LayerPlan()
        for (layer, file) in image.layers.enumerated() {
            plan.beginLayer(layer)
            var number = 0
            try unpacking.visit(file) { item throws(RebuildError) in
                plan.add(item.place, number: number, isFolder: item.isFolder)
                number += 1
            }
        }
        let tree = RootTree(try RootFolder(new: path))
        for (layer, file) in image.layers.enumerated() {
            var number = 0
            try unpacking.visit(file) { item throws(RebuildError) in
                defer { number += 1 }
                guard plan.has(item.place, layer: layer, number: number), !Stage.isDevice(item)
                else { return }
                try unpacking.add(item, to: tree)
            }
        }
        try Stage.finish(tree)
        return Item(measured: measured, path: nil)
    }

    // MARK: Packages

    private func makePoolRoot(
        _ input: Recipe.Input, _ path: ByteString
    ) throws(RebuildError) -> Item {
        let measured = try MeasuredInput(input, at: input.path, hashing)
        let pool = try Pool(folder: input.path, launcher: launcher, jobs: jobs)
        if let message = pool.unreadable.first {
            throw RebuildError(.input, "\(input.title): \(message)")
        }
        guard !pool.entries.isEmpty else {
            throw RebuildError(
                .input, "\(input.title): there is no .deb in \(input.path.escaped)")
        }
        let root = DebianRoot(path: path, isMerged: true, launcher: launcher, jobs: jobs)
        for package in try root.make(of: pool.entries) {
            let names = ByteString(package.file.bytes.dropFirst(input.path.count)).components
            guard measured.folder.file(at: names[...])?.sha256 == package.digest else {
                throw RebuildError(
                    .input,
                    "\(input.title): \(package.file.escaped) changed while the root was made of it")
            }
        }
        return Item(measured: measured, path: nil)
    }
}

extension MerkleFolder {
    /// The file at a path.
    fileprivate func file(at path: ArraySlice<ByteString>) -> MerkleDigest? {
        guard let first = path.first else { return nil }
        switch nodes[first] {
        case .file(let digest, _): return path.count == 1 ? digest : nil
        case .folder(let folder): return folder.file(at: path.dropFirst())
        default: return nil
        }
    }
}
