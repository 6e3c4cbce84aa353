import Anatomy
import Bytes
import Findings
import Hashing
import NormalForm

/// Compares two directory trees, node by node in order of their paths.
struct TreeComparison {
    /// The comparison that this is part of: options, collector, engines.
    private let comparison: ArtifactComparison
    /// Both listed before anything is compared; their nodes are in the order of their paths.
    private let left, right: Tree
    /// Those of the whole comparison.
    private var options: ComparisonOptions { comparison.options }
    /// Used by one thread: workers hand back passes, and what they found is judged afterwards.
    private var collector: Collector { comparison.collector }

    /// Prepares a comparison of two trees that are already listed.
    init(_ comparison: ArtifactComparison, _ left: Tree, _ right: Tree) {
        self.comparison = comparison
        self.left = left
        self.right = right
    }

    /// Two nodes of one path, or one that the other side lacks.
    private struct Pair: Sendable {
        let left, right: TreeNode?

        /// Whether both are files, whose bytes are to be compared.
        var isFiles: Bool { left?.kind == .file && right?.kind == .file }

        /// The bytes of two files of one size, or of a lone file; `nil` if there are none to hash
        /// once.
        var commonSize: UInt64? {
            guard let a = left, let b = right else {
                let node = left ?? right
                return node?.kind == .file ? node?.size : nil
            }
            return isFiles && a.size == b.size ? a.size : nil
        }
    }

    /// Reads every file once, then looks into those that differ, in the order of the paths. A
    /// tree's digest is made only if every file of both could be read.
    func run() -> ArtifactComparison.Outcome {
        let pairs = TreeComparison.merge(left.nodes, right.nodes)
        let passes = comparePairs(pairs)
        var moved = Moved()
        for (pair, pass) in zip(pairs, passes) { judge(pair, pass, &moved) }
        if options.view == .full { compareHardLinks(pairs) }
        reportMissing(moved)
        var outcome = ArtifactComparison.Outcome()
        let isComplete = passes.allSatisfy { $0.error == nil }
        if options.makesDigests, isComplete {
            let view = options.view
            let digests = inParallel(
                { TreeComparison.digest(view, pairs, { $0.left }, passes, { $0.left }) },
                { TreeComparison.digest(view, pairs, { $0.right }, passes, { $0.right }) })
            outcome.leftDigest = digests.left
            outcome.rightDigest = digests.right
        }
        outcome.contents = {
            var contents: [ByteString: (left: Digest?, right: Digest?)] = [:]
            for (pair, pass) in zip(pairs, passes) {
                guard let path = pair.left?.path ?? pair.right?.path else { continue }
                contents[path] = (pass.left, pass.right)
            }
            return contents
        }
        outcome.isIdentical = isComplete && collector.isEmpty
        let comparison = comparison
        let trees = (left, right)
        outcome.normalForms = { comparison.normalForms(of: trees.0, trees.1) }
        return outcome
    }

    /// Pairs nodes of one path, in one walk through both lists, which are sorted by the paths'
    /// bytes.
    private static func merge(_ left: [TreeNode], _ right: [TreeNode]) -> [Pair] {
        var pairs: [Pair] = []
        var a = left[...]
        var b = right[...]
        while let x = a.first ?? b.first {
            let y = b.first ?? x
            let leads = a.isEmpty ? false : b.isEmpty || x.path <= y.path
            let follows = b.isEmpty ? false : a.isEmpty || y.path <= x.path
            pairs.append(Pair(left: leads ? x : nil, right: follows ? y : nil))
            if leads { a.removeFirst() }
            if follows { b.removeFirst() }
        }
        return pairs
    }

    /// The digest of one side's listing.
    private static func digest(
        _ view: TreeView, _ pairs: [Pair], _ node: (Pair) -> TreeNode?, _ passes: [Pass],
        _ content: (Pass) -> Digest?
    ) -> Digest {
        var listing = TreeListing(view: view)
        for (pair, pass) in zip(pairs, passes) {
            if let node = node(pair) { listing.add(node, content: content(pass)) }
        }
        return listing.finish()
    }

    // MARK: Contents

    /// What the first pass over a pair came to.
    private struct Pass: Sendable {
        /// The differing runs; `nil` if the bytes agree or there are not two files.
        var ranges: RangeCollector?
        /// Digests of the bytes, where digests are made and the side has a file.
        var left, right: Digest?
        /// What kept the pair from being read; the digests of it are then missing.
        var error: SidedError?
    }

    /// Reads all files once, several pairs at a time; the results stand in the order of the pairs.
    private func comparePairs(_ pairs: [Pair]) -> [Pass] {
        var passes = [Pass](repeating: Pass(), count: pairs.count)
        var rest: [Int] = []
        for (index, digest) in sharedDigests(pairs).enumerated() {
            switch digest {
            case .success(nil): rest.append(index)
            case .success(let digest):
                if pairs[index].left != nil { passes[index].left = digest }
                if pairs[index].right != nil { passes[index].right = digest }
            case .failure(let error): passes[index].error = error
            }
        }
        let work = Handover(self)
        let left = rest
        // A pair that has the processor to itself reads on one thread and hashes on another.
        let hashesInline = rest.count >= options.jobs
        let others = Worker.map(rest.count, jobs: options.jobs) { index in
            work.value.pass(over: pairs[left[index]], hashesInline)
        }
        for (index, pass) in zip(rest, others) { passes[index] = pass }
        return passes
    }

    /// The digests of pairs whose files agree, and of lone files, many at a time; `nil` for pairs
    /// that take a pass of their own.
    private func sharedDigests(_ pairs: [Pair]) -> [Result<Digest?, SidedError>] {
        guard options.makesDigests, let kernel = options.kernel else {
            return pairs.map { _ in .success(nil) }
        }
        let work = Handover(self)
        return kernel.digests(sizes: pairs.map(\.commonSize), jobs: options.jobs) {
            (index: Int) throws(SidedError) in try work.value.input(pairs[index])
        }
    }

    /// Opens the files of a pair to be compared and hashed at once.
    private func input(_ pair: Pair) throws(SidedError) -> PairInput {
        let a = pair.left, b = pair.right
        return PairInput(
            left: try onSide(.left) { () throws(SourceError) in try a.map(left.open) },
            right: try onSide(.right) { () throws(SourceError) in try b.map(right.open) },
            progress: options.progress)
    }

    /// Compares or hashes one pair, on a worker. Each file must be the same before and after.
    private func pass(over pair: Pair, _ hashesInline: Bool) -> Pass {
        var result = Pass()
        do throws(SidedError) {
            if pair.isFiles, let a = pair.left, let b = pair.right {
                let files = try open(a, b)
                let outcome = try FilePass(
                    rangeLimit: options.limits.ranges, makesDigests: options.makesDigests,
                    jobs: hashesInline ? 1 : options.jobs, progress: options.progress,
                    hashesInline: hashesInline
                ).run(files.left, files.right)
                result.ranges = outcome.isEqual ? nil : outcome.ranges
                result.left = outcome.left
                result.right = outcome.right
                try onSide(.left) { () throws(SourceError) in try files.left.checkUnchanged() }
                try onSide(.right) { () throws(SourceError) in try files.right.checkUnchanged() }
            } else if options.makesDigests {
                result.left = try digest(pair.left, left, .left)
                result.right = try digest(pair.right, right, .right)
            }
        } catch {
            result.error = error
        }
        return result
    }

    /// Opens both files again by their paths, without following links.
    private func open(
        _ a: TreeNode, _ b: TreeNode
    ) throws(SidedError) -> (left: FileSource, right: FileSource) {
        let leftFile = try onSide(.left) { () throws(SourceError) in try left.open(a) }
        let rightFile = try onSide(.right) { () throws(SourceError) in try right.open(b) }
        return (leftFile, rightFile)
    }

    /// The digest of a file that has no twin to be compared with; `nil` for all other nodes.
    private func digest(
        _ node: TreeNode?, _ tree: Tree, _ side: Unread.Place
    ) throws(SidedError) -> Digest? {
        guard let node, node.kind == .file else { return nil }
        return try onSide(side) { () throws(SourceError) in
            try SHA256.digest(of: try tree.open(node))
        }
    }

    // MARK: Differences

    /// Nodes of one side, by their content.
    private struct Moved {
        /// In the order of their paths.
        var left: [(TreeNode, Digest?)] = []
        /// As on the left; what a left node has moved to is taken out of these.
        var right: [(TreeNode, Digest?)] = []
    }

    /// Records what differs between two nodes, or puts a lone one aside. Files that differ are
    /// opened once more, and may be containers.
    private func judge(_ pair: Pair, _ pass: Pass, _ moved: inout Moved) {
        let path = pair.left?.path ?? pair.right?.path ?? ""
        if let error = pass.error {
            collector.add(Problem(error.error, in: [path]), on: error.side)
        }
        guard let a = pair.left, let b = pair.right else {
            if let node = pair.left { moved.left.append((node, pass.left)) }
            if let node = pair.right { moved.right.append((node, pass.right)) }
            return
        }
        compareAttributes(a, b)
        if pair.isFiles { collector.note(common: [path]) }
        guard let ranges = pass.ranges else { return }
        collector.note(unequal: [path])
        do throws(SidedError) {
            let files = try open(a, b)
            comparison.compare(
                comparison.leftEngine.layer(files.left), comparison.rightEngine.layer(files.right),
                [path], ranges, depth: 1)
        } catch {
            collector.add(Problem(error.error, in: [path]), on: error.side)
        }
    }

    /// Compares what the view counts. The full view also counts allocated blocks, which show holes.
    private func compareAttributes(_ a: TreeNode, _ b: TreeNode) {
        guard !a.agrees(with: b, in: options.view) else { return }
        // Names as bytes: those of attributes may be canonically equivalent and yet two.
        var values: [ByteString: (left: [UInt8]?, right: [UInt8]?)] = [:]
        for (name, value) in a.counted(in: options.view) { values[ByteString(name)] = (value, nil) }
        for (name, value) in b.counted(in: options.view) {
            values[ByteString(name), default: (nil, nil)].right = value
        }
        if options.view == .full, a.kind == .file, b.kind == .file {
            values["blocks"] = (Array(String(a.blocks).utf8), Array(String(b.blocks).utf8))
        }
        for (name, value) in values.sorted(by: { $0.key < $1.key })
        where value.left != value.right {
            report(a.path, String(decoding: name.bytes, as: UTF8.self), value.left, value.right)
        }
    }

    /// A root about one attribute, its values shown with controls escaped.
    private func report(
        _ path: ByteString, _ name: String, _ left: [UInt8]?, _ right: [UInt8]?
    ) {
        var finding = Finding(
            id: findingID([path], name, .attribute), path: [path], field: name, kind: .attribute)
        finding.leftValue = left.map { Escape.visible($0) }
        finding.rightValue = right.map { Escape.visible($0) }
        collector.add(finding)
    }

    /// The full view counts which paths are names of one file.
    private func compareHardLinks(_ pairs: [Pair]) {
        var first: (left: [[UInt64]: ByteString], right: [[UInt64]: ByteString]) = ([:], [:])
        for pair in pairs {
            guard let a = pair.left, let b = pair.right else { continue }
            let leftFirst = a.identity.map { identity -> ByteString in
                first.left[identity] = first.left[identity] ?? a.path
                return first.left[identity] ?? a.path
            }
            let rightFirst = b.identity.map { identity -> ByteString in
                first.right[identity] = first.right[identity] ?? b.path
                return first.right[identity] ?? b.path
            }
            if leftFirst != rightFirst {
                report(a.path, "hard link to", leftFirst?.bytes, rightFirst?.bytes)
            }
        }
    }

    /// Pairs lone files of one content as moved, in the order of their paths; the rest is on one
    /// side only. A node that is no file has no digest, and an empty file could be any other.
    private func reportMissing(_ moved: Moved) {
        var places: [Digest: [Int]] = [:]
        for (place, lone) in moved.right.enumerated().reversed() {
            if let digest = lone.1 { places[digest, default: []].append(place) }
        }
        var isTaken = [Bool](repeating: false, count: moved.right.count)
        for (node, digest) in moved.left {
            let twin = node.size == 0 ? nil : digest.flatMap { places[$0]?.popLast() }
            var finding = Finding(
                id: findingID([node.path], nil, twin == nil ? .member : .moved),
                path: [node.path], kind: twin == nil ? .member : .moved)
            finding.leftValue = twin == nil ? summary(node, digest) : node.path.escaped
            if let twin {
                isTaken[twin] = true
                finding.rightValue = moved.right[twin].0.path.escaped
            }
            collector.add(finding)
        }
        for ((node, digest), isTaken) in zip(moved.right, isTaken) where !isTaken {
            var finding = Finding(
                id: findingID([node.path], nil, .member), path: [node.path], kind: .member)
            finding.rightValue = summary(node, digest)
            collector.add(finding)
        }
    }

    /// A file by size and digest, any other node by its kind.
    private func summary(_ node: TreeNode, _ digest: Digest?) -> String {
        guard node.kind == .file else { return node.kind.rawValue }
        return "\(node.size) bytes" + (digest.map { ", sha256 \($0.hex)" } ?? "")
    }
}

extension ArtifactComparison {
    /// The normal forms of two trees: their listings, with the normal form of each file's content.
    func normalForms(
        of a: Tree, _ b: Tree
    ) -> (left: Result<Digest, Problem>, right: Result<Digest, Problem>) {
        let forms = (
            NormalForm(engine: leftEngine, profile: options.profile),
            NormalForm(engine: rightEngine, profile: options.profile)
        )
        let view = options.view
        return inParallel(
            { Result { () throws(Problem) in try forms.0.digest(of: a, view: view) } },
            { Result { () throws(Problem) in try forms.1.digest(of: b, view: view) } })
    }
}
