import Bytes

/// All inputs of a recipe as they were found.
public struct MeasuredInputs: Sendable {
    /// The inputs, in the order of the recipe.
    let inputs: [MeasuredInput]
    /// What they are, as a lock.
    public let lock: Lock

    /// Inputs that were hashed.
    init(_ recipe: Recipe, _ inputs: [MeasuredInput]) throws(RebuildError) {
        self.inputs = inputs
        lock = try Lock(recipe, inputs)
    }

    /// Hashes all inputs where they are.
    ///
    /// - Parameter jobs: files that are hashed at once.
    /// - Throws: ``RebuildError`` with code `input`, naming the input, or `declaration` for sources
    ///   that are in each other's way.
    public init(_ recipe: Recipe, jobs: Int) throws(RebuildError) {
        var inputs: [MeasuredInput] = []
        for input in recipe.inputs {
            inputs.append(try MeasuredInput(input, at: input.path, jobs: jobs))
        }
        try self.init(recipe, inputs)
    }

    /// How the inputs differ from what a lock says, one sentence for each; none if it holds.
    ///
    /// - Parameter listing: the file beside the lock that lists its trees; without one, paths in
    ///   trees cannot be named.
    public func differences(from lock: Lock, listing: Listing?) -> [String] {
        guard self.lock != lock else { return [] }
        if let change = declaration(lock) { return [change] }
        var found: [String] = []
        for (item, (now, before)) in zip(inputs, zip(self.lock.inputs, lock.inputs))
        where now != before {
            found.append(item.difference(now, before, listing))
        }
        return found.isEmpty ? ["the lock contradicts itself: its root is another"] : found
    }

    /// What the recipe itself says otherwise than the lock.
    private func declaration(_ before: Lock) -> String? {
        guard lock.recipe == before.recipe else {
            return "the recipe is not the one that was locked"
        }
        let now = lock.inputs.map { [$0.name, ByteString($0.use.rawValue), $0.place] }
        let then = before.inputs.map { [$0.name, ByteString($0.use.rawValue), $0.place] }
        let kinds = zip(lock.inputs, before.inputs).allSatisfy { $0.kind == $1.kind }
        guard lock.name == before.name, now == then, kinds else {
            return "the lock names other inputs than the recipe"
        }
        return nil
    }
}

extension MeasuredInput {
    /// Paths that are named at once.
    private static let pathLimit = 3

    /// How this input, now, differs from what it was.
    fileprivate func difference(
        _ now: Lock.Entry, _ before: Lock.Entry, _ listing: Listing?
    ) -> String {
        if let digest = now.sha256, let old = before.sha256, digest != old {
            return
                "\(input.title) is different: its SHA-256 is \(digest.hex), and \(old.hex) in the "
                + "lock"
        }
        guard let folder = listing?.folder(of: before.directory) else {
            return "\(input.title) is different: its folder is \(now.directory.text), and "
                + "\(before.directory.text) in the lock; no listing beside the lock says which paths"
        }
        let all = self.folder.differences(from: folder)
        let named = all.prefix(MeasuredInput.pathLimit).map { difference in
            "\(difference.path.escaped) is \(difference.kind.rawValue)"
        }.joined(separator: ", ")
        let rest = all.count - MeasuredInput.pathLimit
        return "\(input.title) is different: \(named)" + (rest > 0 ? ", and \(rest) more" : "")
    }
}
