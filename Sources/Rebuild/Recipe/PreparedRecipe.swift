import Archives
import Bytes
import Findings
import Hashing

/// A recipe whose inputs were found, hashed and put where a build can see them.
public struct PreparedRecipe: Sendable {
    /// What is built, and how.
    public let job: BuildJob
    /// All that goes in, for provenance: the recipe itself, then its inputs.
    public let inputs: [BuildRecord.Resource]
    /// What the inputs are.
    public let lock: Lock
    /// The inputs that the build sees where they are, not in a copy.
    private let mounted: [MeasuredInput]

    init(_ job: BuildJob, _ lock: Lock, mounted: [MeasuredInput]) {
        self.job = job
        self.lock = lock
        self.mounted = mounted
        let recipe = BuildRecord.Resource(name: "recipe", sha256: lock.recipe.sha256)
        inputs =
            [recipe]
            + lock.inputs.map { entry in
                BuildRecord.Resource(name: entry.name, sha256: entry.identity)
            }
    }

    /// Hashes again, after the builds, what they saw in place, and so might have seen change.
    ///
    /// - Parameter jobs: files that are hashed at once.
    /// - Throws: ``RebuildError`` with code `input`, naming what is another than before.
    public func checkInputs(jobs: Int) throws(RebuildError) {
        for before in mounted {
            let now = try MeasuredInput(before.input, at: before.input.path, jobs: jobs)
            guard now != before else { continue }
            let paths = now.folder.differences(from: before.folder).prefix(3).map(\.path.escaped)
            throw RebuildError(
                .input,
                "\(before.input.title) changed while it was built with, so the build proves nothing: "
                    + paths.joined(separator: ", "))
        }
    }
}
