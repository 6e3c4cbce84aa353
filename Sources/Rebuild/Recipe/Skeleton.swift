import Bytes
import Glibc

/// The root file system of a build whose tools are mounted: folders for what is mounted, and a few
/// small files that programs look for. It depends on the inputs and on nothing else of this
/// machine.
struct Skeleton {
    /// Where it is made; not there yet.
    let path: ByteString

    /// Files below the root, by their paths.
    private static let files: [(path: ByteString, text: String)] = [
        (
            "etc/passwd",
            """
            root:x:0:0:root:/root:/bin/sh
            build:x:1000:1000:build:/home/build:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/bin/sh

            """
        ),
        ("etc/group", "root:x:0:\nbuild:x:1000:\nnogroup:x:65534:\n"),
        ("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"),
        ("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
    ]

    /// Makes the root for tools at their places.
    ///
    /// - Throws: ``RebuildError`` with code `io`.
    func make(_ tools: [MeasuredInput]) throws(RebuildError) {
        try Files.makeFolder(path, mode: 0o755)
        let root = try Folder(path: path)
        for name in ["proc", "dev", "tmp", "sys", "etc"] as [ByteString] {
            _ = try root.folder(at: name, makes: true)
        }
        var places: [Place] = []
        for (index, tool) in tools.enumerated() {
            guard let place = Place(tool.input.place, isAbsolute: true) else { continue }
            places.append(place)
            if !tools[..<index].contains(where: { place.isWithin($0) }) {
                try root.makePoint(at: place.path, isFile: tool.input.kind == .file)
            }
        }
        try addAliases(of: tools, places, root)
        // A tool that is /etc, or one of these files, stands in their place.
        let isEtc = places.contains { $0.names == ["etc"] }
        for file in Skeleton.files where !isEtc {
            try Skeleton.write(file.path, file.text, in: root)
        }
    }

    /// Looks for tools whose place is in another one.
    ///
    /// - Throws: ``RebuildError`` with code `declaration` for one that does not have such a place.
    static func checkNesting(_ tools: [MeasuredInput]) throws(RebuildError) {
        for (index, tool) in tools.enumerated() {
            guard let place = Place(tool.input.place, isAbsolute: true),
                let outer = tools[..<index].last(where: { place.isWithin($0) })
            else { continue }
            // What is in an archive is not known before it is unpacked.
            if outer.input.kind == .tree { try check(tool, place, in: outer) }
        }
    }

    /// Where one tool is in another, that one has to have a folder or file there to mount it on.
    private static func check(
        _ tool: MeasuredInput, _ place: Place, in outer: MeasuredInput
    ) throws(RebuildError) {
        let depth = Place(outer.input.place, isAbsolute: true)?.names.count ?? 0
        var node = MerkleFolder.Node.folder(outer.folder)
        for name in place.names.dropFirst(depth) {
            guard case .folder(let folder) = node, let next = folder.nodes[name] else {
                throw missing(tool, outer)
            }
            node = next
        }
        switch node {
        case .folder where tool.input.kind != .file: return
        case .file where tool.input.kind == .file: return
        default: throw missing(tool, outer)
        }
    }

    private static func missing(_ tool: MeasuredInput, _ outer: MeasuredInput) -> RebuildError {
        RebuildError(
            .declaration,
            "\(tool.input.title) is to be at \(tool.input.place.escaped), and \(outer.input.title) "
                + "has no such \(tool.input.kind == .file ? "file" : "folder") to put it on")
    }

    /// Links at the top for those folders of `/usr` that there are: programs are looked for in
    /// `/bin`, and begin with a loader in `/lib64`.
    private func addAliases(
        of tools: [MeasuredInput], _ places: [Place], _ root: Folder
    ) throws(RebuildError) {
        guard let usr = tools.first(where: { $0.input.place == "/usr" }) else { return }
        for name in RootPath.aliases {
            guard case .folder = usr.folder.nodes[name],
                !places.contains(where: { $0.names.first == name })
            else { continue }
            try root.makeLink(name, to: ByteString(Array("usr/".utf8) + name.bytes))
        }
    }

    private static func write(
        _ path: ByteString, _ text: String, in root: Folder
    ) throws(RebuildError) {
        guard let (above, name) = path.parted else { return }
        let folder = try root.folder(at: above)
        guard folder.status(name) == nil else { return }
        let file = try folder.makeFile(name, mode: 0o644)
        defer { close(file) }
        try Files.write(Array(text.utf8)[...], to: file, path)
    }
}

extension Place {
    /// Whether it is where a tool is, or below it.
    fileprivate func isWithin(_ tool: MeasuredInput) -> Bool {
        guard tool.input.kind != .file, let place = Place(tool.input.place, isAbsolute: true) else {
            return false
        }
        return isWithin(place)
    }
}
