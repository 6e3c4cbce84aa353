import Bytes
import Foundation
import Glibc
import Rebuild

/// A folder for a test, with a root file system that has this machine's `/usr`.
final class Workshop {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/workshop-\(UInt64.random(in: 0 ... .max))"
        for name in ["root", "work", "out"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["bin", "lib", "lib64", "sbin"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/root/\(name)", withDestinationPath: "usr/\(name)")
        }
        for name in ["proc", "dev", "tmp", "usr"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/root/\(name)", withIntermediateDirectories: true)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A job that runs a script and puts out what is called `out*`.
    func job(_ script: String, outputs: [ByteString] = []) -> BuildJob {
        var job = BuildJob(name: "test", root: ByteString("\(path)/root"))
        job.inputs = [BuildJob.Input(source: "/usr", place: "/usr", mode: .mounted)]
        job.commands = [BuildJob.Command(["/bin/sh", "-e", "-c", ByteString(script)])]
        job.outputs = outputs
        return job
    }

    /// Runs a job.
    func run(
        _ job: BuildJob, _ conditions: Conditions = Conditions(),
        _ limits: SandboxLimits = SandboxLimits(), change: (inout Sandbox) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> SandboxResult {
        var sandbox = Sandbox(
            job, conditions, limits, work: ByteString("\(path)/work"), clock: Workshop.now)
        change(&sandbox)
        return try sandbox.run(into: ByteString("\(path)/out"), isCancelled: isCancelled)
    }

    /// What an output has.
    func output(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/out/\(name)", encoding: .utf8)
    }

    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension SandboxResult {
    /// What was printed.
    var printed: String { String(decoding: log.text, as: UTF8.self) }
}
