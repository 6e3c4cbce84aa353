import Anatomy
import Archives
import Bytes
import Comparison
import Findings
import Formats
import Glibc
import Hashing
import Rebuild

/// One run of `tally rebuild`: opens what was declared, builds it, compares.
struct RebuildSession {
    private let command: RebuildCommand
    /// A folder of this run alone.
    private let work: ByteString

    init(_ command: RebuildCommand, _ work: ByteString) {
        self.command = command
        self.work = work
    }

    /// This program, as a reader of archives.
    private var launcher: ArchiveLauncher { command.limits.reader }

    /// A folder in the work folder.
    private func folder(_ name: ByteString) throws -> ByteString {
        let path = ByteString(work.bytes + [0x2f] + name.bytes)
        guard unsafe mkdir(Path(path).terminated, 0o700) == 0 else {
            throw Trouble("cannot make \(path.escaped): \(errorText(errno))")
        }
        return path
    }

    // MARK: What is declared

    /// Reads the declaration, whatever it is, and makes all ready that it names.
    func prepare() throws -> PreparedBuild {
        let text = try Input.bytes(command.declaration, limit: 16 << 20)
        let place = try folder("prepared")
        if BuildInfo.isOne(text) { return try debian(place) }
        if let refusal = try BuildDeclaration(path: command.declaration.name)?.refusal {
            throw refusal
        }
        return try recipe(in: place)
    }

    private func debian(_ place: ByteString) throws -> PreparedBuild {
        guard let pool = command.pool else {
            throw Trouble(
                "a .buildinfo is built with the packages of a folder; name it with --pool")
        }
        var build = try DebianBuild(
            path: command.declaration.name, pool: pool.name,
            source: (command.source ?? pool).name, launcher: launcher, jobs: command.work.jobs)
        build.keyring = command.buildinfoKeyring?.name
        var ready = try build.ready(in: place, name: command.declaration.name)
        guard let keyring = command.archiveKeyring else {
            ready.notes.append(
                "unauthenticated: no signed list says what is official; give one with --official")
            return ready
        }
        let index = try OfficialIndex(
            paths: command.official.map(\.name), keyring: keyring.name,
            time: try command.officialTime(),
            names: build.packageNames)
        let review = OfficialReview(index, expected: ready.expected, inputs: ready.inputs)
        ready.expected = review.expected
        ready.notes += review.notes
        return ready
    }

    private func recipe(in folder: ByteString) throws -> PreparedBuild {
        let recipe = try Recipe(path: command.declaration.name)
        let place = command.lock ?? LockCommand.place(beside: command.declaration)
        var lock: Lock?
        if unsafe command.lock != nil || access(place.terminated, F_OK) == 0 {
            lock = try Lock(text: try Input.bytes(place), origin: place.shown)
        }
        return try recipe.ready(
            in: folder, lock: lock,
            listing: Listing(path: place.appending(Listing.suffix).name),
            title: command.declaration.name, launcher: launcher,
            hashing: try command.work.hashing())
    }

    // MARK: Building

    /// Sets the clock of the build, if that was asked for.
    func setClock(_ build: inout PreparedBuild) throws {
        guard let clock = command.clock else { return }
        guard command.against != nil || !build.expected.isEmpty else {
            throw Trouble("--clock is for what was shipped; name its folder with --against")
        }
        let time = clock == "build-date" ? build.date : try AttestationWriter.timestamp(clock)
        guard let time else {
            throw Trouble("--clock build-date: no Build-Date in UTC is declared; give a time")
        }
        let now = try AttestationWriter.timestamp(nil)
        try build.setClock(to: time, now: now, library: RebuildSession.faketime)
    }

    /// Builds in the way that was asked for.
    func run(_ build: PreparedBuild) throws -> RebuildRecord {
        let series = BuildSeries(
            build.job, build.limits, work: try folder("builds"),
            clock: { MonotonicClock.nanoseconds },
            isCancelled: { Interruption.signal != nil })
        series.watchesFiles = command.varying.trace
        series.jobs = command.varying.parallelBuilds ?? parallelBuilds(build.limits)
        if !command.quiet {
            series.onBegin = { Console.complain("build \($0) of \(build.job.name.escaped)") }
        }
        if let place = command.log {
            series.onEnd = { (log) throws(RebuildError) in try write(log, to: place) }
        }
        let rebuilder = Rebuilder(build, series, work: try folder("sides")) {
            (left, right) throws(RebuildError) in try compare(left, right, build)
        }
        if !command.varying.bisect, command.against != nil || !build.expected.isEmpty {
            guard command.varying.vary.isEmpty else {
                throw Trouble(
                    "--vary is for builds that are compared with each other, and here it is declared "
                        + "what has to come out; leave it out, or add --bisect")
            }
            return try rebuilder.reproduce(shipped: command.against?.name)
        }
        let plan = try plan(build)
        if command.varying.bisect, let plan {
            return try rebuilder.bisect(plan, repeats: command.varying.repeats)
        }
        return try rebuilder.buildTwice(plan)
    }

    /// Builds that are done at a time where nobody said how many: one for each core, as far as each
    /// can take all the memory that it may.
    private func parallelBuilds(_ limits: SandboxLimits) -> Int {
        let text = SystemFile.read("/proc/meminfo") ?? []
        let available = (SystemFile.number("MemAvailable:", in: text) ?? 0) << 10
        return max(1, min(command.work.jobs, Int(clamping: available / max(1, limits.memory))))
    }

    /// Keeps what a build printed.
    private func write(_ log: BuildLog, to place: Path) throws(RebuildError) {
        do {
            try OutputFile.write(log.text, to: place)
        } catch {
            throw RebuildError(.io, (error as? Trouble)?.message ?? "the log cannot be written")
        }
    }

    /// The plan of the variations that were asked for; `nil` for none.
    private func plan(_ build: PreparedBuild) throws -> VariationPlan? {
        let variations = try command.varying.variations()
        guard !variations.isEmpty else { return nil }
        let setting = Variation.Setting(
            job: build.job, processors: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
            faketime: RebuildSession.faketime,
            processorText: RebuildSession.systemText("/proc/cpuinfo"),
            memoryText: RebuildSession.systemText("/proc/meminfo"), disk: build.limits.disk)
        return try VariationPlan(variations, seed: command.varying.seed, setting)
    }

    /// libfaketime of this machine, where Debian's packages put it.
    private static var faketime: ByteString? {
        let places = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map {
            "/usr/lib/\($0)/faketime/libfaketime.so.1"
        }
        return places.first { unsafe access($0, R_OK) == 0 }.map { ByteString($0) }
    }

    /// A text that the kernel writes; empty if there is none.
    private static func systemText(_ path: ByteString) -> ByteString {
        ByteString(SystemFile.read(path) ?? [])
    }

    // MARK: Comparing

    /// Compares two folders as `tally compare` does.
    private func compare(
        _ left: ByteString, _ right: ByteString, _ build: PreparedBuild
    ) throws(RebuildError) -> Report {
        do {
            let limits = command.limits
            let options = try command.judging.comparison(limits, command.work, limits.keeper)
            func side(_ path: ByteString, _ name: ByteString) throws -> Artifact {
                Artifact(path: name, body: .tree(try Tree(root: path)))
            }
            var report = ArtifactComparison(
                try side(left, "left"), try side(right, "right"), options
            ).run()
            report.inputs = [build.declaration]
            return report
        } catch let error as RebuildError {
            throw error
        } catch let error as SourceError {
            throw RebuildError(.io, error.message)
        } catch {
            throw RebuildError(.io, "\((error as? Trouble)?.message ?? "the comparison failed")")
        }
    }
}
