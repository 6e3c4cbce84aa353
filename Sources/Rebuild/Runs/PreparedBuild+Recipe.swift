import Archives
import Bytes

extension Recipe {
    /// What its commands and limits mean, for provenance.
    private static let buildType: ByteString = "https://tallystick.dev/buildtypes/recipe/v1"

    /// Makes everything ready in `work`, as ``prepare(lock:listing:in:launcher:jobs:)`` does.
    ///
    /// - Parameter title: what the recipe is called in reports.
    public func ready(
        in work: ByteString, lock: Lock?, listing: Listing?, title: ByteString,
        launcher: ArchiveLauncher, jobs: Int
    ) throws(RebuildError) -> PreparedBuild {
        let prepared = try prepare(
            lock: lock, listing: listing, in: work, launcher: launcher, jobs: jobs)
        var build = PreparedBuild(
            job: prepared.job, declaration: NamedDigest(name: title, digest: digest.sha256),
            buildType: Recipe.buildType, inputs: prepared.inputs)
        build.limits = SandboxLimits(limits)
        build.allowsLoopback = network == .loopback
        build.notes.append(
            lock == nil
                ? "no lock was given: the inputs are whatever was found"
                : "all inputs are as locked: \(prepared.lock.root.sha256.hex)")
        build.checkInputs = { () throws(RebuildError) in try prepared.checkInputs(jobs: jobs) }
        return build
    }
}
