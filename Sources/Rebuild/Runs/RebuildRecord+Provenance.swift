import Bytes
import Findings

extension RebuildRecord {
    /// The last build, for provenance: what was asked for, what went in, under which conditions.
    ///
    /// - Parameter finished: in seconds since 1970.
    public func buildRecord(builder: ByteString, finished: Int64) -> BuildRecord {
        let parameters = JSON.record([
            "declaration": .record([
                "name": .string(build.declaration.name),
                "sha256": .text(build.declaration.digest.hex),
            ]),
            "name": .string(build.job.name),
            "clock": build.clock.map { .text($0.text) },
            "inputRoot": build.declaredInputs.map { .record(["sha256": .text($0.hex)]) },
        ])
        var record = BuildRecord(
            builder: builder, buildType: build.buildType, parameters: parameters)
        record.dependencies = build.inputs
        record.finished = finished
        guard let run = runs.last else { return record }
        record.internalParameters = .record([
            "variations": .array(run.variations.map { .text($0) }),
            "seed": plan.map { .text(String($0.seed)) },
            "network": .text(build.allowsLoopback ? "loopback" : "none"),
            "limits": .object(
                run.result.means.map { JSON.Entry(ByteString($0.limit), .text($0.means)) }),
        ])
        record.byproducts = [
            BuildRecord.Resource(name: "build.log", sha256: run.result.log.digest)
        ]
        return record
    }

    /// Copies both sides to `left` and `right` in a new folder, which reports then name.
    ///
    /// - Throws: ``RebuildError`` with code `io` if the folder is there already.
    public mutating func keep(in folder: ByteString) throws(RebuildError) {
        try Files.makeFolder(folder, mode: 0o755)
        let target = try Folder(path: folder)
        var copy = TreeCopy()
        for (source, name) in [(left, "left"), (right, "right")] as [(ByteString, ByteString)] {
            try copy.copyAll(
                of: try Folder(path: source), to: try target.folder(at: name, makes: true))
        }
        left = folder.appending("left")
        right = folder.appending("right")
        comparison?.left.path = left
        comparison?.right.path = right
    }
}
