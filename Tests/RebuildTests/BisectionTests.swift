import Bytes
import Foundation
import Glibc
import Rebuild
import Testing

/// Leaks that are planted on purpose, and found again.
@Suite struct BisectionTests {
    /// A script that writes one line into `out.txt` for each leak.
    private static let leaks: [(variation: String, script: String)] = [
        ("build-path", "pwd"), ("home", "echo $HOME"), ("user", "id -u"), ("host", "hostname"),
        ("time-zone", "date -d @0 +%H"), ("locale", "echo $LC_ALL"), ("umask", "umask"),
        ("environment", "env | grep -c CAPTURED || true"), ("path-tail", "echo ${PATH##*:}"),
        ("file-order", "ls -U src | tr -d '\\n'"), ("processors", "nproc"),
        ("kernel", "uname -r | cut -c1-3"), ("temporary", "echo ${TMPDIR:-none}"),
        ("addresses", "grep -m1 -o '^[0-9a-f]*' /proc/self/maps"),
        ("processor-features", "grep -m1 'model name' /proc/cpuinfo || true"),
        ("space", "df --output=size . | tail -1"),
    ]

    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func job(_ scripts: [String]) throws -> BuildJob {
        let source = "\(shop.path)/src"
        if !FileManager.default.fileExists(atPath: source) {
            try FileManager.default.createDirectory(
                atPath: source, withIntermediateDirectories: true)
            for name in ["a", "b"] {
                try Data().write(to: URL(fileURLWithPath: "\(source)/\(name)"))
            }
        }
        let body = scripts.map { "{ \($0); } >> out.txt" }.joined(separator: "\n")
        var job = shop.job(body, outputs: ["out.txt"])
        job.inputs.append(
            BuildJob.Input(source: ByteString(source), place: "src", mode: .copied))
        return job
    }

    private func setting(_ job: BuildJob) -> Variation.Setting {
        let faketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
        let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        return Variation.Setting(
            job: job, processors: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            faketime: access(faketime, R_OK) == 0 ? ByteString(faketime) : nil,
            processorText: ByteString(text ?? ""), memoryText: "MemTotal: 100 kB\n",
            disk: 64 << 20)
    }

    private func bisect(
        _ scripts: [String], _ variations: [Variation] = Variation.all, jobs: Int = 2,
        spacing: UInt64 = 0
    ) throws -> Bisection.Result {
        let job = try job(scripts)
        let plan = try VariationPlan(variations, seed: 7, setting(job))
        var limits = SandboxLimits()
        limits.disk = 64 << 20
        let work = "\(shop.path)/series-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        let series = BuildSeries(
            job, limits, work: ByteString(work), clock: Workshop.now, isCancelled: { false })
        series.jobs = jobs
        series.spacing = spacing
        return try Bisection.run(series, plan, repeats: 2)
    }

    @Test("each planted leak is found, alone", arguments: leaks.map(\.variation))
    func alone(_ name: String) throws {
        let script = try #require(BisectionTests.leaks.first { $0.variation == name }).script
        let result = try bisect([script])
        #expect(result.causes.map(\.variations) == [[name]])
        #expect(result.isConfirmed && !result.isFlaky)
    }

    @Test("eight leaks in one build are all named, and nothing else is")
    func eight() throws {
        let names = [
            "build-path", "home", "time-zone", "locale", "umask", "processors", "kernel", "host",
        ]
        let scripts = BisectionTests.leaks.filter { names.contains($0.variation) }.map(\.script)
        let result = try bisect(scripts)
        #expect(Set(result.causes.flatMap(\.variations)) == Set(names))
        #expect(result.causes.allSatisfy { $0.variations.count == 1 })
        #expect(result.isConfirmed)
    }

    @Test("the clock is found, where there is libfaketime")
    func time() throws {
        let job = try job(["date +%Y"])
        guard setting(job).faketime != nil else {
            let plan = try VariationPlan(Variation.all, seed: 1, setting(job))
            let entry = plan.entries.first { $0.variation.name == "time" }
            #expect(entry?.isApplied == false)
            return
        }
        let result = try bisect(["date +%Y"])
        #expect(result.causes.map(\.variations) == [["time"]])
    }

    @Test("what differs by the second is blamed on the clock, and other causes are found beside it")
    func seconds() throws {
        let scripts = ["date +%s", "hostname", "date -d @0 +%H"]
        let job = try job(scripts)
        guard setting(job).faketime != nil else { return }
        let result = try bisect(scripts, spacing: 1_200_000_000)
        #expect(result.causes.map(\.variations) == [["host"], ["time"], ["time-zone"]])
        #expect(result.hasClock && result.isConfirmed && !result.isFlaky)
        let clock = try #require(result.causes.first { $0.variations == ["time"] })
        #expect(clock.run.conditions == clock.control.conditions)
        #expect(clock.run.digest != clock.control.digest)
    }

    @Test("variations that make a difference only together are one cause")
    func interaction() throws {
        let script = "if [ $(umask) != 0022 ] && [ $(hostname) != tally ]; then echo x; fi"
        let result = try bisect([script])
        #expect(result.causes.map(\.variations) == [["host", "umask"]])
        #expect(result.isConfirmed)
    }

    @Test("three that make a difference only together are one cause, beside one that does alone")
    func three() throws {
        let joint = "if [ $(umask) != 0022 ] && [ $(hostname) != tally ] && [ $(pwd) != /build ]"
        let result = try bisect(["\(joint); then echo x; fi", "nproc"])
        #expect(
            result.causes.map(\.variations) == [["build-path", "host", "umask"], ["processors"]])
        #expect(result.isConfirmed)
    }

    @Test("a difference that either of two makes alone, or neither, has both as its causes")
    func either() throws {
        let result = try bisect([
            "if [ $(umask) != 0022 ] || [ $(hostname) != tally ]; then echo x; fi"
        ])
        #expect(result.causes.map(\.variations) == [["host"], ["umask"]])
    }

    @Test("the same is found, by the same builds, for any number of builds at a time")
    func jobs() throws {
        let scripts = [
            "umask", "nproc", "if [ $(hostname) != tally ] && [ $HOME != /home ]; then pwd; fi",
        ]
        let one = try bisect(scripts, jobs: 1)
        for jobs in [2, 5] {
            let other = try bisect(scripts, jobs: jobs)
            #expect(other.causes.map(\.variations) == one.causes.map(\.variations))
            #expect(other.causes.map(\.run.digest) == one.causes.map(\.run.digest))
            #expect(other.widest?.digest == one.widest?.digest)
            #expect(other.builds == one.builds)
            #expect(other.isConfirmed && one.isConfirmed)
        }
    }

    @Test("a reproducible build has no cause, and needs few builds to say so")
    func clean() throws {
        let result = try bisect(["echo always"])
        #expect(result.causes.isEmpty && result.isConfirmed)
        #expect(result.builds == 3)
    }

    @Test("what is mounted for one build is in the root of none more than of others")
    func root() throws {
        #expect(try bisect(["ls /"]).causes.isEmpty)
    }

    @Test("a build that differs by itself is called flaky, and nothing is blamed")
    func flaky() throws {
        let result = try bisect(["cat /proc/sys/kernel/random/uuid"])
        #expect(result.isFlaky && result.causes.isEmpty)
    }

    @Test("what differs by itself under one variation is not blamed on it")
    func flakyUnderVariation() throws {
        let script = "if [ $(hostname) != tally ]; then cat /proc/sys/kernel/random/uuid; fi"
        let result = try bisect([script])
        #expect(result.isFlaky && result.causes.isEmpty)
        #expect(result.unequal?.0.digest != result.unequal?.1.digest)
        #expect(result.unequal?.0.conditions == result.unequal?.1.conditions)
    }

    @Test("a plan is the same for the same seed, and refuses to vary nothing")
    func plan() throws {
        let job = try job(["true"])
        let one = try VariationPlan(Variation.all, seed: 3, setting(job))
        let two = try VariationPlan(Variation.all, seed: 3, setting(job))
        let other = try VariationPlan(Variation.all, seed: 4, setting(job))
        #expect(one.conditions(with: one.applied) == two.conditions(with: two.applied))
        #expect(one.conditions(with: one.applied) != other.conditions(with: other.applied))
        var fixed = job
        fixed.environment = [BuildJob.Variable("TZ", "UTC")]
        let zone = try #require(Variation.named("time-zone"))
        #expect(throws: RebuildError.self) {
            try VariationPlan([zone], seed: 1, setting(fixed))
        }
    }
}
