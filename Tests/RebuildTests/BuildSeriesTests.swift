import Bytes
import Foundation
import Rebuild
import Testing

/// Builds one after the other, and beside each other.
@Suite struct BuildSeriesTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    private func series(
        _ job: BuildJob, _ limits: SandboxLimits = SandboxLimits()
    ) -> BuildSeries {
        BuildSeries(
            job, limits, work: ByteString("\(shop.path)/work"), clock: Workshop.now,
            isCancelled: { false })
    }

    private func conditions(_ hosts: [ByteString]) -> [Conditions] {
        hosts.map {
            var conditions = Conditions()
            conditions.hostName = $0
            return conditions
        }
    }

    private func text(_ run: BuildRun) throws -> String {
        try String(contentsOfFile: "\(run.folder.escaped)/out", encoding: .utf8)
    }

    @Test func `what a build printed is handed on, also when it fails`() throws {
        let series = series(shop.job("echo why; exit 3"))
        var texts: [String] = []
        series.onEnd = { texts.append(String(decoding: $0.text, as: UTF8.self)) }
        #expect(throws: RebuildError.self) { try series.build(Conditions()) }
        #expect(texts == ["why\n"])
    }

    @Test func `a build without its output is built again, to say what it looked for`() throws {
        let key = "\(shop.path)/builder.key".replacingOccurrences(of: "//", with: "/")
        try Data("secret".utf8).write(to: URL(fileURLWithPath: key))
        let series = series(shop.job("echo spoken; cp \(key) out || true", outputs: ["out"]))
        var texts: [String] = []
        series.onEnd = { texts.append(String(decoding: $0.text, as: UTF8.self)) }
        let error = #expect(throws: RebuildError.self) { try series.build(Conditions()) }
        #expect(error?.code == .build)
        #expect(
            error?.message
                == "the build made no out; it tried to find \(key), which was not declared; "
                + "see what it printed (--log)")
        #expect(texts.count == 1 && texts[0].hasPrefix("spoken\n"))
    }

    @Test(
        "of what a failed build printed the line that says why is shown",
        arguments: [
            ("echo one; echo two", "it printed: two"),
            ("echo 'x.c:1: error: no'; echo 'make: Error 1'", "it printed: x.c:1: error: no"),
            ("echo 'error: early'; seq 30", "it printed: 30"), ("true", "status 3"),
        ])
    func reason(script: String, end: String) throws {
        let error = #expect(throws: RebuildError.self) {
            try series(shop.job("\(script); exit 3")).build(Conditions())
        }
        #expect(error?.message.hasSuffix(end) == true, "\(error?.message ?? "")")
    }

    @Test("builds at once come back in their order, each under its own conditions")
    func order() throws {
        let series = series(
            shop.job("[ $(hostname) = one ] && sleep 0.3; hostname | tee out", outputs: ["out"]))
        series.jobs = 3
        var texts: [String] = []
        series.onEnd = { texts.append(String(decoding: $0.text, as: UTF8.self)) }
        let begun = Guarded<[Int]>([])
        series.onBegin = { number in begun.withLock { $0.append(number) } }
        let names: [ByteString] = ["one", "two", "three", "four", "five"]
        let runs = try series.build(all: conditions(names))
        let expected = names.map { $0.escaped + "\n" }
        #expect(try runs.map(text) == expected)
        #expect(texts == expected)
        #expect(begun.withLock { $0 } == [1, 2, 3, 4, 5])
        #expect(series.count == 5)
    }

    @Test("of builds that fail at once the first by their order is told of", arguments: [1, 2, 3])
    func firstFailure(jobs: Int) throws {
        let series = series(
            shop.job(
                """
                echo $(hostname)
                case $(hostname) in
                  one) touch out ;;
                  slow) sleep 0.5; exit 3 ;;
                  *) exit 4 ;;
                esac
                """, outputs: ["out"]))
        series.jobs = jobs
        var texts: [String] = []
        series.onEnd = { texts.append(String(decoding: $0.text, as: UTF8.self)) }
        let error = #expect(throws: RebuildError.self) {
            try series.build(all: conditions(["one", "slow", "fast"]))
        }
        #expect(error?.message.contains("status 3") == true)
        #expect(texts == ["one\n", "slow\n"])
    }

    @Test("builds that are to be apart see another clock, also in files", arguments: [1, 2])
    func apart(jobs: Int) throws {
        let series = series(shop.job("touch new; stat -c %Y new > out", outputs: ["out"]))
        series.jobs = jobs
        series.spacing = 1_500_000_000
        let runs = try series.build(all: conditions(["one", "one"]), apart: true)
        #expect(try text(runs[0]) != (try text(runs[1])))
    }

    @Test("builds at once are each held to their own limit of processes")
    func processes() throws {
        var limits = SandboxLimits()
        limits.processes = 40
        // More than half of what each may have.
        let script = "for i in $(seq 30); do sleep 2 & done; wait; touch out"
        let series = series(shop.job(script, outputs: ["out"]), limits)
        series.jobs = 3
        #expect(try series.build(all: conditions(["one", "two", "three"])).count == 3)
    }

    @Test("a build is ended when one before it has failed", arguments: [1, 2])
    func ended(jobs: Int) throws {
        let series = series(shop.job("[ $(hostname) = two ] && sleep 3000; exit 3"))
        series.jobs = jobs
        let error = #expect(throws: RebuildError.self) {
            try series.build(all: conditions(["one", "two"]))
        }
        #expect(error?.message.contains("status 3") == true)
    }

    @Test("all builds see the same root, whatever was built before")
    func sameRoot() throws {
        let series = series(shop.job("ls / > out", outputs: ["out"]))
        var other = Conditions()
        other.folder = "/elsewhere/deep"
        try series.prepare([Conditions(), other])
        let before = try text(try series.build(Conditions()))
        let between = try text(try series.build(other))
        #expect(before == between)
        #expect(before.contains("elsewhere"))
    }
}
