import Anatomy
import Bytes
import Hashing

extension NormalForm {
    /// The normal-form digest of a tree: its listing, with normal forms in place of digests.
    public func digest(of tree: Tree, view: TreeView) throws(Problem) -> Digest {
        var listing = TreeListing(view: view)
        for node in tree.nodes {
            let content = node.kind == .file ? try digest(of: node, in: tree) : nil
            listing.add(node, content: content)
        }
        return listing.finish()
    }

    /// The normal-form digest of one file of a tree.
    func digest(of node: TreeNode, in tree: Tree) throws(Problem) -> Digest {
        let file: FileSource
        do throws(SourceError) {
            file = try tree.open(node)
        } catch {
            throw Problem(error, in: [node.path])
        }
        return try digest(of: engine.layer(file), chain: [node.path], depth: 1)
    }

    /// The normal-form digest of what a folder and an archive of it have in common
    /// (`container.unpacked`): names, types, permission to execute, links, contents.
    public func unpackedDigest(of tree: Tree) throws(Problem) -> Digest {
        var entries: [UnpackedEntry] = []
        for node in tree.nodes {
            entries.append(
                UnpackedEntry(
                    node, content: node.kind == .file ? try digest(of: node, in: tree) : nil))
        }
        return UnpackedEntry.digest(of: entries)
    }

    /// The same of an archive: the first layer that is no compressed file.
    public func unpackedDigest(of layer: Layer) throws(Problem) -> Digest {
        var entries: [UnpackedEntry] = []
        let result: Result<Void, Problem>
        do throws(SourceError) {
            result = try Unpacking.visit(layer, engine) { member, format, content throws(Problem) in
                let form = try content.map { layer throws(Problem) in
                    try digest(of: layer, chain: [member.name], depth: 2)
                }
                entries.append(UnpackedEntry(member, format, content: form))
            }
        } catch {
            throw Problem(error, in: [])
        }
        try result.get()
        return UnpackedEntry.digest(of: entries)
    }
}

/// What a member has that its unpacked file has too.
public struct UnpackedEntry: Hashable, Sendable {
    /// The path, without `.` components and slashes at its ends.
    public let path: ByteString
    /// The type, as a tree has it.
    public let kind: String
    /// Setuid, setgid, sticky and permission to execute, where the member says them.
    public let rights: String
    /// The target of a link.
    public let link: ByteString?
    /// What else it has that neither side may lack: attributes, and extended headers that give it
    /// some. Folders and archives name them differently, so that none of them agree.
    public let attributes: [String]
    /// The digest of its content or of the content's normal form.
    public let content: Digest?

    /// The entry of a node.
    public init(_ node: TreeNode, content: Digest?) {
        path = OrderGuard.canonical(node.path)
        kind = node.kind.rawValue
        let execute = node.kind == .file && node.mode & 0o111 != 0
        rights =
            node.kind == .symlink
            ? "" : String(node.mode & 0o7000, radix: 8) + (execute ? "x" : "")
        link = node.link
        attributes = node.counted(in: .portable).map(\.name).filter { $0.hasPrefix("attribute ") }
        self.content = content
    }

    /// The entry of a member.
    public init(_ member: Member, _ format: Format, content: Digest?) {
        path = OrderGuard.canonical(member.name)
        kind = member.kind.rawValue
        let mode = member.permissions ?? 0o644
        let execute = member.kind == .file && mode & 0o111 != 0
        rights =
            member.kind == .symlink
            ? "" : String(mode & 0o7000, radix: 8) + (execute ? "x" : "")
        link = member.kind == .symlink ? member.link : nil
        attributes = member.runs.flatMap { format.expand($0) }.compactMap { field in
            switch field.role {
            case .value(let attribute, _): attribute.hasPrefix("tar.pax.") ? attribute : nil
            case .own: field.id == "tar.pax.record" ? field.id : nil
            case .derived: nil
            }
        }
        self.content = content
    }

    /// The digest of entries, sorted by path; folders that only hold others are left out, since
    /// archives may or may not name them.
    static func digest(of entries: [UnpackedEntry]) -> Digest {
        var stream = RecordStream()
        stream.add("unpacked", Array("v1".utf8))
        for entry in listed(entries) {
            stream.add(
                "entry", entry.path.bytes, Array(entry.kind.utf8), Array(entry.rights.utf8),
                entry.link?.bytes ?? [], Array(entry.attributes.joined(separator: "\n").utf8),
                entry.content?.bytes ?? [])
        }
        return stream.finish()
    }

    /// The entries that count, in order of their paths.
    public static func listed(_ entries: [UnpackedEntry]) -> [UnpackedEntry] {
        let slash = UInt8(ascii: "/")
        var parents: Set<ByteString> = [""]
        for entry in entries {
            for index in entry.path.bytes.indices where entry.path.bytes[index] == slash {
                parents.insert(ByteString(entry.path.bytes[..<index]))
            }
        }
        let folder = Member.Kind.directory.rawValue
        return entries.filter {
            $0.kind != folder || !$0.attributes.isEmpty || ($0.rights != "0" && !$0.path.isEmpty)
                || !parents.contains($0.path)
        }.sorted { $0.path < $1.path }
    }
}

/// The members of the archive that a compressed or plain layer is.
public enum Unpacking {
    /// Visits every member with its content, in order.
    ///
    /// - Throws: ``SourceError`` if the layer is no archive, or cannot be read.
    public static func visit(
        _ layer: Layer, _ engine: Engine, depth: Int = 0,
        _ body: (Member, Format, Layer?) throws(Problem) -> Void
    ) throws(SourceError) -> Result<Void, Problem> {
        guard let format = try engine.recognize(layer, depth: depth) else {
            throw SourceError(
                .unsupported, at: 0,
                "this is no archive that could be compared with a folder; compare two files or two "
                    + "folders")
        }
        let dissector = try format.dissector(of: layer, engine.limits)
        var count = 0
        while let part = try dissector.next() {
            guard case .member(let member) = part else { continue }
            let content = try engine.content(
                of: member, index: count, in: layer, format: format, dissector: dissector)
            count += 1
            if format.shape == .compressed {
                let result = try visit(content.layer, engine, depth: depth + 1, body)
                content.finish()
                if case .failure = result { return result }
                continue
            }
            let result = Result { () throws(Problem) in
                try body(member, format, member.hasContent ? content.layer : nil)
            }
            content.finish()
            if case .failure = result { return result }
        }
        return .success(())
    }
}
