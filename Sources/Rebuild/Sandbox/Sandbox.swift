import Bytes
import CLauncher
import Glibc

/// A place to build in that has nothing but what a job declares: no network, no other processes, no
/// rights, no way out, and an end when its limits are reached.
///
/// Everything that a build writes lies in memory and goes with the sandbox; what are its outputs is
/// copied out when all its processes have ended.
public struct Sandbox: Sendable {
    /// What is built, and under which circumstances.
    public var job: BuildJob
    public var conditions: Conditions
    /// What it may use.
    public var limits: SandboxLimits
    /// A folder of this machine that nobody else uses.
    public var work: ByteString
    /// Whether sockets may be made that reach nobody but the build itself.
    public var allowsLoopback = false
    /// Whether each file that is opened is taken note of, which slows the build down.
    public var watchesFiles = false
    /// Nanoseconds of a clock that nobody sets.
    private let clock: @Sendable () -> UInt64

    /// Who processes are outside when the maker is root: a number that no user has.
    static let outerUser: UInt32 = 1_900_000_001

    /// A sandbox; nothing is made before it runs.
    ///
    /// - Parameter clock: nanoseconds of a clock that nobody sets.
    public init(
        _ job: BuildJob, _ conditions: Conditions, _ limits: SandboxLimits, work: ByteString,
        clock: @escaping @Sendable () -> UInt64
    ) {
        self.job = job
        self.conditions = conditions
        self.limits = limits
        self.work = work
        self.clock = clock
    }

    /// Makes the sandbox, builds, copies the outputs into a folder, and takes the sandbox away.
    ///
    /// - Parameters:
    ///   - outputs: a folder of this machine, empty.
    ///   - isCancelled: asked five times a second; all processes are ended when it says so.
    /// - Throws: ``RebuildError`` with code `sandbox` if a part of the sandbox cannot be had,
    ///   `input` for an input that cannot be copied, `build` if the outputs are too large, `io`
    ///   when cancelled.
    public func run(
        into outputs: ByteString, isCancelled: () -> Bool
    ) throws(RebuildError) -> SandboxResult {
        let patterns = try job.outputs.map { text throws(RebuildError) in try OutputPattern(text) }
        let plan = try SandboxPlan(job, conditions, limits, work: work)
        let process = try start(plan)
        try process.waitUntilReady(plan)
        try putInputs(process, plan)
        let recorder = watchesFiles ? try process.recorder(user: owner ?? geteuid()) : nil
        var result = try process.build(
            plan, limits, recorder, clock: clock, isCancelled: isCancelled)
        if result.ending == .succeeded {
            do throws(RebuildError) {
                try collect(patterns, process, plan, into: outputs, of: &result)
            } catch {
                throw error.after(result.log)
            }
        }
        return result
    }

    // MARK: Files

    /// The time of copies where none was declared: the first of 1980 in every time zone, the
    /// earliest that all archives can hold.
    private static let defaultTime: Int64 = 315_619_200

    /// Whose files inside are the build's.
    private var owner: UInt32? { geteuid() == 0 ? Sandbox.outerUser : nil }

    /// Copies what the build may write to into its folder, and makes its home.
    private func putInputs(_ process: SandboxProcess, _ plan: SandboxPlan) throws(RebuildError) {
        let root = try process.root()
        let folder = try root.folder(at: plan.folder, makes: true)
        var copy = TreeCopy(
            order: conditions.order, owner: owner, time: job.epoch ?? Sandbox.defaultTime)
        copy.usesPlainModes = true
        for input in job.inputs where input.mode == .copied {
            try Sandbox.put(input, to: folder, &copy)
            try own(plan.folder.appending(input.place), root, isFile: true)
        }
        _ = try folder.folder(at: job.workingFolder, makes: true)
        try own(plan.folder, root)
        if conditions.hasHome {
            _ = try root.folder(at: conditions.home, makes: true)
            try own(conditions.home, root)
        }
    }

    private static func put(
        _ input: BuildJob.Input, to folder: Folder, _ copy: inout TreeCopy
    ) throws(RebuildError) {
        let source = try input.source.resolved()
        var status = stat()
        guard unsafe stat(source.terminated, &status) == 0 else {
            throw Folder.failure("find", source)
        }
        if Folder.kind(status) == .folder {
            try copy.copyAll(
                of: try Folder(path: source), to: try folder.folder(at: input.place, makes: true))
            return
        }
        guard let (above, name) = source.parted, let (parent, newName) = input.place.parted else {
            throw RebuildError(.declaration, "\(input.place.escaped) is no name for a file")
        }
        try copy.copy(
            name, in: try Folder(path: above), to: try folder.folder(at: parent, makes: true),
            as: newName)
    }

    /// Gives the folders on the way to a path to the build, as far as they are in memory.
    ///
    /// - Parameter isFile: whether the path may end in a file, which is the build's already.
    private func own(
        _ path: ByteString, _ root: Folder, isFile: Bool = false
    ) throws(RebuildError) {
        guard let owner else { return }
        var place = root
        for name in path.components {
            if isFile, let status = place.status(name), Folder.kind(status) != .folder { return }
            place = try place.folder(name)
            // Fails on what is mounted read-only, which is not the build's.
            _ = fchown(place.descriptor, owner, owner)
        }
    }

    /// Copies the outputs out. All processes have ended by now.
    private func collect(
        _ patterns: [OutputPattern], _ process: SandboxProcess, _ plan: SandboxPlan,
        into outputs: ByteString, of result: inout SandboxResult
    ) throws(RebuildError) {
        let folder = try process.root().folder(at: plan.folder)
        let target = try Folder(path: outputs)
        var copy = TreeCopy()
        copy.room = limits.disk
        let matches = try patterns.map { pattern throws(RebuildError) in
            try pattern.matches(in: folder)
        }
        let missing = zip(job.outputs, matches).filter { $0.1.isEmpty }.map(\.0)
        guard missing.isEmpty else {
            result.ending = .incomplete(missing)
            return
        }
        let found = Set(matches.joined()).sorted()
        for path in found {
            guard let (parent, name) = path.parted else { continue }
            let place = try folder.folder(at: parent)
            do throws(RebuildError) {
                try copy.copy(
                    name, in: place, to: try target.folder(at: parent, makes: true), as: name)
            } catch {
                guard error.code == .input else { throw error }
                throw RebuildError(.build, "of the output \(path.escaped), \(error.message)")
            }
            if let status = place.status(name), Folder.kind(status) == .link,
                !found.contains(parent.appending(try place.target(name)))
            {
                result.looseLinks.append(path)
            }
        }
        result.outputs = found
    }

    // MARK: Start

    private func start(_ plan: SandboxPlan) throws(RebuildError) -> SandboxProcess {
        let text = CText()
        var mounts = unsafe plan.mounts.map { mount in
            unsafe tally_mount(
                kind: mount.kind, source: mount.source.flatMap { unsafe text.text($0) },
                target: unsafe text.text(ByteString(mount.target.bytes.drop { $0 == 0x2f })),
                size: mount.size)
        }
        let commands = unsafe job.commands.map { unsafe Optional(text.list($0.words)) }
        var resources = [
            // One more than a control group allows, which tells that it had to refuse one; the
            // first process of the sandbox is not the build's.
            tally_limit(
                resource: Int32(__RLIMIT_NPROC.rawValue), value: min(limits.processes, .max - 1) + 1
            ),
            tally_limit(resource: Int32(RLIMIT_FSIZE.rawValue), value: limits.disk),
            tally_limit(resource: Int32(RLIMIT_CORE.rawValue), value: 0),
        ]
        var sandbox = unsafe tally_sandbox()
        let root = try job.root.resolved()
        unsafe sandbox.root = text.text(root)
        unsafe sandbox.mount_count = Int32(mounts.count)
        unsafe sandbox.uid = conditions.user
        unsafe sandbox.gid = conditions.group
        unsafe sandbox.outer = Sandbox.outerUser
        unsafe sandbox.hostname = text.text(conditions.hostName)
        unsafe sandbox.domainname = text.text(conditions.domainName)
        unsafe sandbox.command_count = Int32(commands.count)
        unsafe sandbox.environment = text.list(plan.environment)
        unsafe sandbox.path = text.text(plan.path)
        unsafe sandbox.limit_count = Int32(resources.count)
        unsafe sandbox.mode_mask = conditions.modeMask
        unsafe sandbox.personality = conditions.personality
        unsafe sandbox.processors = processorMask()
        unsafe sandbox.skipped_processes = conditions.skippedProcesses
        unsafe sandbox.allows_loopback = allowsLoopback ? 1 : 0
        unsafe sandbox.watches_files = watchesFiles ? 1 : 0
        let folder = plan.folder.appending(job.workingFolder)
        unsafe sandbox.working_folder = text.text(folder)
        return try unsafe mounts.withUnsafeMutableBufferPointer { mounts throws(RebuildError) in
            unsafe sandbox.mounts = UnsafePointer(mounts.baseAddress)
            return try unsafe resources.withUnsafeMutableBufferPointer {
                resources throws(RebuildError) in
                unsafe sandbox.limits = UnsafePointer(resources.baseAddress)
                return try unsafe commands.withUnsafeBufferPointer {
                    commands throws(RebuildError) in
                    unsafe sandbox.commands = commands.baseAddress
                    return try unsafe SandboxProcess(&sandbox)
                }
            }
        }
    }

    /// A bit for each processor that the build may use, of those that this process may.
    private func processorMask() -> UInt64 {
        guard let count = conditions.processors else { return 0 }
        let all = tally_processors()
        var mask: UInt64 = 0
        for number in 0..<64 where mask.nonzeroBitCount < count {
            mask |= all & (1 << UInt64(number))
        }
        return mask
    }
}
