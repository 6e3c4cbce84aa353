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
        let unpacking = Unpacking(engine: engine, profile: profile)
        let result: Result<[[[UInt8]]], Problem>
        do throws(SourceError) {
            result = try unpacking.visit(layer) { member, content, residue throws(Problem) in
                let form = try content.map { layer throws(Problem) in
                    try digest(of: layer, chain: [member.name], depth: 2)
                }
                entries.append(UnpackedEntry(member, content: form, residue: residue))
            }
        } catch {
            throw Problem(error, in: [])
        }
        return UnpackedEntry.digest(of: entries, residue: try result.get())
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
    /// The digest of its content or of the content's normal form.
    public let content: Digest?
    /// What else it has, as records of a normal form: attributes that the portable view counts, and
    /// whatever an archive says that a file does not show.
    public let residue: [[[UInt8]]]

    /// The entry of a node.
    public init(_ node: TreeNode, content: Digest?) {
        path = OrderGuard.canonical(node.path)
        kind = node.kind.rawValue
        let execute = node.kind == .file && node.mode & 0o111 != 0
        rights =
            node.kind == .symlink
            ? "" : String(node.mode & 0o7000, radix: 8) + (execute ? "x" : "")
        link = node.link
        self.content = content
        residue = node.counted(in: .portable).filter { $0.name.hasPrefix("attribute ") }.map {
            [Array($0.name.utf8), $0.value]
        }
    }

    /// The entry of a member.
    public init(_ member: Member, content: Digest?, residue: [[[UInt8]]]) {
        let canonical = OrderGuard.canonical(member.name)
        // An absolute name unpacks to another place, or by some to the same: never the same name.
        path =
            member.name.hasPrefix("/")
            ? ByteString([UInt8(ascii: "/")] + canonical.bytes) : canonical
        kind = member.kind.rawValue
        let mode = member.permissions ?? 0o644
        let execute = member.kind == .file && mode & 0o111 != 0
        rights =
            member.kind == .symlink
            ? "" : String(mode & 0o7000, radix: 8) + (execute ? "x" : "")
        link = member.kind == .symlink ? member.link : nil
        // The content of a symbolic link, where a format stores it so, is the target.
        self.content = member.kind == .symlink ? nil : content
        self.residue = residue
    }

    /// The digest of entries, sorted by path; folders that only hold others are left out, since
    /// archives may or may not name them.
    ///
    /// - Parameter residue: what the archive says of itself, besides its members.
    static func digest(of entries: [UnpackedEntry], residue: [[[UInt8]]] = []) -> Digest {
        var stream = RecordStream()
        stream.add("unpacked", Array("v1".utf8))
        for record in residue { stream.add(record) }
        for entry in listed(entries) {
            stream.add(
                "entry", entry.path.bytes, Array(entry.kind.utf8), Array(entry.rights.utf8),
                entry.link?.bytes ?? [], entry.content?.bytes ?? [])
            for record in entry.residue { stream.add(record) }
        }
        return stream.finish()
    }

    /// The entries that count, in order of their paths.
    public static func listed(_ entries: [UnpackedEntry]) -> [UnpackedEntry] {
        let slash = UInt8(ascii: "/")
        var parents: Set<ByteString> = [""]
        for entry in entries {
            for index in entry.path.bytes.indices.reversed() where entry.path.bytes[index] == slash
            {
                let parent = ByteString(entry.path.bytes[..<index])
                guard parents.insert(parent).inserted else { break }
            }
        }
        let folder = Member.Kind.directory.rawValue
        return entries.filter {
            $0.kind != folder || $0.rights != "0" || !$0.residue.isEmpty
                || !parents.contains($0.path)
        }.sorted { $0.path < $1.path }
    }
}
