import Anatomy
import Bytes
import Findings
import Hashing
import NormalForm

/// Compares a folder with an archive, at best `equivalent` under `container.unpacked`.
struct UnpackedComparison {
    /// The comparison that this is part of: options, collector, engines.
    private let comparison: ArtifactComparison
    /// The folder, listed.
    private let tree: Tree
    /// The archive, or a compressed file that holds one.
    private let file: any RandomSource
    /// Which side the folder is on; all that is reported is turned by it.
    private let treeSide: Unread.Place
    private var collector: Collector { comparison.collector }
    /// The side that the folder is not on.
    private var fileSide: Unread.Place { treeSide == .left ? .right : .left }
    /// Opens the archive: its limits count what the archive expands to.
    private var fileEngine: Engine {
        treeSide == .left ? comparison.rightEngine : comparison.leftEngine
    }
    /// Opens the folder's files, as layers of their own.
    private var treeEngine: Engine {
        treeSide == .left ? comparison.leftEngine : comparison.rightEngine
    }

    /// - Parameter treeSide: left or right.
    init(
        _ comparison: ArtifactComparison, _ tree: Tree, _ file: any RandomSource,
        treeSide: Unread.Place
    ) {
        self.comparison = comparison
        self.tree = tree
        self.file = file
        self.treeSide = treeSide
    }

    /// Compares, and adds the one difference that is always there, folder against archive:
    /// tolerated if `container.unpacked` is allowed, a root if not.
    func run() -> ArtifactComparison.Outcome {
        var outcome = ArtifactComparison.Outcome()
        let digests = self.digests()
        outcome.leftDigest = treeSide == .left ? digests.tree : digests.file
        outcome.rightDigest = treeSide == .left ? digests.file : digests.tree
        compareMembers()
        let rule = "container.unpacked"
        if let allowed = comparison.options.unpackedRule,
            comparison.options.profile.allows(allowed)
        {
            collector.tolerate(
                allowed, at: Location([], field: rule),
                left: treeSide == .left ? "folder" : "archive",
                right: treeSide == .left ? "archive" : "folder")
        } else {
            var finding = Finding(
                id: findingID([], rule, .format), path: [], field: rule, kind: .format)
            finding.leftValue = treeSide == .left ? "folder" : "archive"
            finding.rightValue = treeSide == .left ? "archive" : "folder"
            collector.add(finding)
        }
        outcome.normalForms = { normalForms() }
        return outcome
    }

    /// The tree's digest and that of the archive's bytes, each read once more; `nil` where a file
    /// could not be read or no digests are wanted.
    private func digests() -> (tree: Digest?, file: Digest?) {
        guard comparison.options.makesDigests else { return (nil, nil) }
        var listing = TreeListing(view: comparison.options.view)
        var isComplete = true
        for node in tree.nodes {
            var content: Digest?
            if node.kind == .file {
                content = attempt(treeSide, [node.path]) { () throws(SourceError) in
                    let file = try tree.open(node)
                    let digest = try SHA256.digest(of: RangeSource(file))
                    try file.checkUnchanged()
                    return digest
                }
                if content == nil { isComplete = false }
            }
            listing.add(node, content: content)
        }
        let outer = attempt(fileSide, []) { () throws(SourceError) in
            try SHA256.digest(of: RangeSource(file))
        }
        return (isComplete ? listing.finish() : nil, outer)
    }

    /// Runs `body`; its error is recorded on `side`, and `nil` says that there was one.
    private func attempt<Value>(
        _ side: Unread.Place, _ chain: [ByteString], _ body: () throws(SourceError) -> Value
    ) -> Value? {
        do throws(SourceError) {
            return try body()
        } catch {
            collector.add(Problem(error, in: chain), on: side)
            return nil
        }
    }

    // MARK: Members

    /// Walks the archive once. A content whose file is there is compared on the way; what members
    /// and nodes say of themselves is compared at the end.
    private func compareMembers() {
        var seen: Set<ByteString> = []
        var members: [UnpackedEntry] = []
        let nodes = Dictionary(
            tree.nodes.map { (OrderGuard.canonical($0.path), $0) }, uniquingKeysWith: { a, _ in a })
        let visited = attempt(fileSide, []) { () throws(SourceError) in
            try Unpacking(engine: fileEngine, profile: comparison.options.profile).visit(
                fileEngine.layer(file)
            ) { member, content, residue in
                let path = UnpackedEntry(member, content: nil, residue: []).path
                if !seen.insert(path).inserted {
                    let error = SourceError(
                        .ambiguous, "the archive has two members of this name; the last one wins")
                    collector.add(Problem(error, in: [member.name]), on: fileSide)
                    return
                }
                members.append(UnpackedEntry(member, content: nil, residue: residue))
                if let content, let node = nodes[path], node.kind == .file {
                    compare(node, member, content)
                }
            }
        }
        if case .failure(let problem) = visited { collector.add(problem, on: fileSide) }
        guard case .success(let residue) = visited else { return }
        if !residue.isEmpty { reportResidue(residue, "", .archive) }
        compareEntries(tree.nodes.map { UnpackedEntry($0, content: nil) }, members)
    }

    /// Compares a file of the folder with the content of its member, and looks into both if they
    /// differ.
    private func compare(_ node: TreeNode, _ member: Member, _ content: Layer) {
        do throws(SidedError) {
            let own = try onSide(treeSide) { () throws(SourceError) in
                treeEngine.layer(try tree.open(node))
            }
            let isLeft = treeSide == .left
            let pass = ContentPass(
                limits: comparison.options.limits, leftEngine: comparison.leftEngine,
                rightEngine: comparison.rightEngine)
            let outcome = try pass.run(isLeft ? own : content, isLeft ? content : own)
            collector.note(common: [node.path])
            guard !outcome.isEqual else { return }
            collector.note(unequal: [node.path])
            let inner = LayerComparison(
                left: comparison.leftEngine, right: comparison.rightEngine,
                profile: comparison.options.profile, collector: collector,
                makesDigests: comparison.options.makesDigests)
            let pair = LayerComparison.Pair(
                left: outcome.left ?? own, right: outcome.right ?? own, chain: [node.path],
                depth: 2, pass: outcome)
            if outcome.left == nil || outcome.right == nil {
                inner.compareLeaf(pair)
            } else {
                inner.compare(pair)
            }
        } catch {
            collector.add(Problem(error.error, in: [node.path]), on: error.side)
        }
    }

    /// Compares types, rights, links and whatever one side alone can say, in the order of the
    /// paths. Folders that only hold others are left out.
    private func compareEntries(_ nodes: [UnpackedEntry], _ members: [UnpackedEntry]) {
        let a = Dictionary(
            UnpackedEntry.listed(nodes).map { ($0.path, $0) }, uniquingKeysWith: { x, _ in x })
        let b = Dictionary(
            UnpackedEntry.listed(members).map { ($0.path, $0) }, uniquingKeysWith: { x, _ in x })
        for path in Set(a.keys).union(b.keys).sorted() {
            guard let node = a[path], let member = b[path] else {
                report(path, .member, nil, a[path]?.kind, b[path]?.kind)
                continue
            }
            if node.kind != member.kind { report(path, .attribute, "type", node.kind, member.kind) }
            if node.rights != member.rights {
                report(path, .attribute, "rights", node.rights, member.rights)
            }
            if node.residue != member.residue {
                reportResidue(node.residue, path, .folder)
                reportResidue(member.residue, path, .archive)
            }
            if node.link != member.link {
                report(path, .attribute, "link", node.link?.escaped, member.link?.escaped)
            }
        }
    }

    /// Who says something that the other side does not.
    private enum Speaker { case folder, archive }

    /// Records what only one side can say, each under its own name.
    private func reportResidue(_ records: [[[UInt8]]], _ path: ByteString, _ speaker: Speaker) {
        for record in records {
            let words = record.map { Escape.visible($0.prefix(256)) }
            let name = words.dropFirst(words.count > 2 ? 1 : 0).first ?? ""
            let value = words.last ?? ""
            report(
                path, .attribute, name, speaker == .folder ? value : nil,
                speaker == .archive ? value : nil)
        }
    }

    /// A root difference, its values given as folder and archive and put on their sides.
    private func report(
        _ path: ByteString, _ kind: Finding.Kind, _ field: String?, _ tree: String?,
        _ archive: String?
    ) {
        var finding = Finding(
            id: findingID([path], field, kind), path: path.isEmpty ? [] : [path], field: field,
            kind: kind)
        finding.leftValue = treeSide == .left ? tree : archive
        finding.rightValue = treeSide == .left ? archive : tree
        collector.add(finding)
    }

    /// The forms that both sides are brought to: see ``NormalForm/unpackedDigest(of:)``.
    private func normalForms() -> (left: Result<Digest, Problem>, right: Result<Digest, Problem>) {
        let profile = comparison.options.profile
        let treeForm = Result { () throws(Problem) in
            try NormalForm(engine: treeEngine, profile: profile).unpackedDigest(of: tree)
        }
        let fileForm = Result { () throws(Problem) in
            try NormalForm(engine: fileEngine, profile: profile)
                .unpackedDigest(of: fileEngine.layer(file))
        }
        return treeSide == .left ? (treeForm, fileForm) : (fileForm, treeForm)
    }
}
