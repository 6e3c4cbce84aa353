import Bytes
import CLauncher
import Glibc

/// What a sandbox is to be, worked out of a job, the conditions and the limits.
struct SandboxPlan {
    /// Something that is mounted.
    struct Mount {
        var kind: tally_mount_kind
        /// An absolute path on this machine, without links; `nil` where the kind has none.
        var source: ByteString?
        /// An absolute path inside.
        var target: ByteString
        /// Bytes.
        var size: UInt64 = 0
    }

    /// The build folder inside.
    let folder: ByteString
    /// In the order in which they are made.
    private(set) var mounts: [Mount] = []
    /// `NAME=VALUE`, ascending.
    let environment: [ByteString]
    /// What `PATH` has.
    let path: ByteString

    /// The folders that every system has and that programs are searched in.
    private static let searchPath: ByteString =
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// - Parameter work: a folder of this machine for files that are mounted.
    init(
        _ job: BuildJob, _ conditions: Conditions, _ limits: SandboxLimits, work: ByteString
    ) throws(RebuildError) {
        folder = conditions.folder ?? job.folder
        let values = SandboxPlan.variables(job, conditions)
        environment = values.map { $0.key.appendingValue($0.value) }.sorted()
        path = values["PATH"] ?? SandboxPlan.searchPath
        let points = try SandboxPlan.makePoints(job, conditions)
        try addInputs(job.inputs + conditions.inputs)
        mounts.append(Mount(kind: TALLY_MOUNT_PROC, target: "/proc"))
        mounts.append(Mount(kind: TALLY_MOUNT_DEVICES, target: "/dev"))
        mounts.append(Mount(kind: TALLY_MOUNT_TEMPORARY, target: "/tmp", size: limits.disk))
        for point in points {
            let size = conditions.freeSpace ?? limits.disk
            mounts.append(Mount(kind: TALLY_MOUNT_MEMORY, target: point, size: size))
        }
        try addReplaced(conditions, job, work)
    }

    // MARK: Environment

    /// The variables of the build. What the job sets stands; the rest is the conditions'.
    private static func variables(
        _ job: BuildJob, _ conditions: Conditions
    ) -> [ByteString: ByteString] {
        var values: [ByteString: ByteString] = [
            "PATH": searchPath, "HOME": conditions.home, "LC_ALL": conditions.locale,
            "TZ": conditions.timeZone, "USER": conditions.userName,
            "LOGNAME": conditions.userName, "SHELL": "/bin/sh",
        ]
        if !conditions.language.isEmpty { values["LANGUAGE"] = conditions.language }
        if let folder = conditions.temporaryFolder { values["TMPDIR"] = folder }
        if let epoch = job.epoch { values["SOURCE_DATE_EPOCH"] = ByteString(String(epoch)) }
        for variable in job.environment { values[variable.name] = variable.value }
        for variable in conditions.variables { values[variable.name] = variable.value }
        if !conditions.pathTail.isEmpty {
            values["PATH"]?.append(":")
            values["PATH"]?.append(conditions.pathTail)
        }
        return values
    }

    // MARK: Mounts

    private mutating func addInputs(_ inputs: [BuildJob.Input]) throws(RebuildError) {
        for input in inputs where input.mode == .mounted {
            mounts.append(
                Mount(
                    kind: TALLY_MOUNT_READ_ONLY, source: try input.source.resolved(),
                    target: input.place))
        }
    }

    /// Makes in the root all that is mounted on, where it is not there yet.
    ///
    /// - Returns: where memory is mounted for the build to write to: at the first folder on the way
    ///   that is empty, so that nothing of the root is hidden.
    @discardableResult
    static func makePoints(
        _ job: BuildJob, _ conditions: Conditions
    ) throws(RebuildError) -> [ByteString] {
        for input in job.inputs + conditions.inputs where input.mode == .mounted {
            try makePlace(input.place, like: input.source, in: job.root)
        }
        let root = try Folder(path: job.root)
        var points: [ByteString] = []
        for place in [conditions.folder ?? job.folder]
            + (conditions.hasHome ? [conditions.home] : [])
        {
            let point = try mountPoint(for: place, in: root, job)
            if !points.contains(point) { points.append(point) }
        }
        return points
    }

    /// The first folder on the way to a path that the root does not have, or has nothing in.
    private static func mountPoint(
        for path: ByteString, in root: Folder, _ job: BuildJob
    ) throws(RebuildError) -> ByteString {
        guard path.bytes.first == 0x2f, !path.components.isEmpty,
            !path.components.contains("..")
        else {
            throw RebuildError(
                .declaration, "\(path.escaped) is no absolute path of a folder; write one as /build"
            )
        }
        var place = root
        var point: ByteString = "/"
        for name in path.components {
            point = point.appending(name)
            place = try place.folder(at: name, makes: true)
            let isInput = job.inputs.contains { $0.mode == .mounted && $0.place == point }
            let names = try place.names()
            if !isInput, names.isEmpty { return point }
        }
        throw RebuildError(
            .declaration,
            "the build folder \(path.escaped) is not empty in the root; choose another")
    }

    /// Writes the texts that stand in place of files, and mounts them.
    private mutating func addReplaced(
        _ conditions: Conditions, _ job: BuildJob, _ work: ByteString
    ) throws(RebuildError) {
        let folder = try Folder(path: work)
        for (index, path) in conditions.replacedFiles.keys.sorted().enumerated() {
            let name = ByteString("replaced-\(index)")
            let file = try folder.makeFile(name, mode: 0o644)
            defer { close(file) }
            let text = conditions.replacedFiles[path]?.bytes ?? []
            guard Posix.write(text[...], to: file) else { throw Folder.failure("write", name) }
            mounts.append(
                Mount(
                    kind: TALLY_MOUNT_READ_ONLY, source: try work.appending(name).resolved(),
                    target: path))
        }
    }

    /// Makes what an input is mounted on.
    private static func makePlace(
        _ place: ByteString, like source: ByteString, in root: ByteString
    ) throws(RebuildError) {
        var status = stat()
        guard unsafe stat(source.terminated, &status) == 0 else {
            throw Folder.failure("find", source)
        }
        guard !place.components.isEmpty else {
            throw RebuildError(.declaration, "nothing can be mounted at /; it is the root")
        }
        try Folder(path: root).makePoint(at: place, isFile: Folder.kind(status) != .folder)
    }
}

extension ByteString {
    /// The absolute path without links, of something that exists.
    func resolved() throws(RebuildError) -> ByteString {
        guard let result = unsafe realpath(terminated, nil) else {
            throw Folder.failure("find", self)
        }
        defer { unsafe free(result) }
        return unsafe ByteString(UnsafeRawBufferPointer(start: result, count: strlen(result)))
    }

    /// A variable of the environment with a value.
    fileprivate func appendingValue(_ value: ByteString) -> ByteString {
        ByteString(bytes + [UInt8(ascii: "=")] + value.bytes)
    }

    fileprivate mutating func append(_ other: ByteString) {
        self = ByteString(bytes + other.bytes)
    }
}
