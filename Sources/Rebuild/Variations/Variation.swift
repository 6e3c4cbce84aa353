import Bytes

/// Something about a build's surroundings that is changed to see whether the outputs change with
/// it.
public struct Variation: Sendable {
    /// What becomes of a variation in a plan.
    public enum Effect: Hashable, Sendable {
        /// The conditions are other ones now; how, in words.
        case applied(String)
        /// The job fixes what would be varied; why, in words.
        case notApplicable(String)
        /// This machine or root lacks what it takes; what, in words.
        case notPossible(String)
    }

    /// What variations are worked out from.
    public struct Setting: Sendable {
        /// What is built.
        public var job: BuildJob
        /// Processors that builds may use here.
        public var processors: Int
        /// libfaketime of this machine; `nil` if there is none.
        public var faketime: ByteString?
        /// What this machine's `/proc/cpuinfo` and `/proc/meminfo` say.
        public var processorText: ByteString, memoryText: ByteString
        /// Bytes of the build folder.
        public var disk: UInt64

        /// A setting of this machine.
        public init(
            job: BuildJob, processors: Int, faketime: ByteString?, processorText: ByteString,
            memoryText: ByteString, disk: UInt64
        ) {
            self.job = job
            self.processors = processors
            self.faketime = faketime
            self.processorText = processorText
            self.memoryText = memoryText
            self.disk = disk
        }

        /// Whether the job itself sets a variable.
        func fixes(_ name: ByteString) -> Bool { job.environment.contains { $0.name == name } }
    }

    /// Its name on the command line and in reports.
    public let name: String
    /// What it changes, for people.
    public let summary: String
    /// Whether it gives each build something else, not just something else than the control.
    var isRandom = false
    /// Changes the conditions. `number` comes from the plan's seed.
    let apply: @Sendable (inout Conditions, Setting, _ number: UInt64) -> Effect

    /// A variable that the job fixes.
    private static func fixed(_ name: ByteString) -> Effect {
        .notApplicable("the job sets \(name.escaped)")
    }
}

extension Variation {
    /// All there are, in the order in which they are listed.
    public static let all: [Variation] = [
        Variation(name: "build-path", summary: "the folder that is built in") {
            conditions, setting, number in
            if setting.job.keepsFolder { return .notApplicable("the build folder is declared") }
            let path = ByteString("/build-\(number % 90_000 + 10_000)/elsewhere/deeper")
            conditions.folder = path
            return .applied(path.escaped)
        },
        Variation(name: "home", summary: "HOME, which does not exist either") {
            conditions, setting, number in
            if setting.fixes("HOME") { return fixed("HOME") }
            conditions.home = ByteString("/nonexistent/home-\(number % 1000)")
            conditions.hasHome = false
            return .applied(conditions.home.escaped)
        },
        Variation(name: "user", summary: "user, group and their names") {
            conditions, _, number in
            conditions.user = UInt32(2000 + number % 50_000)
            conditions.group = conditions.user + 1
            conditions.userName = ByteString("user\(number % 1000)")
            return .applied("uid \(conditions.user), \(conditions.userName.escaped)")
        },
        Variation(name: "host", summary: "host and domain name") { conditions, _, number in
            conditions.hostName = ByteString("host-\(number % 1000)")
            conditions.domainName = ByteString("domain-\(number % 1000)")
            return .applied(conditions.hostName.escaped)
        },
        Variation(name: "time", summary: "the clock, by libfaketime") {
            conditions, setting, number in
            guard let library = setting.faketime else {
                return .notPossible("there is no libfaketime on this machine (apt: faketime)")
            }
            guard setting.job.hasMathLibrary else {
                return .notPossible("libfaketime needs libm.so.6, which the root does not have")
            }
            let days = 398 + number % 200
            conditions.moveClock(by: ByteString("+\(days)d"), library)
            return .applied("\(days) days ahead; new files keep the real time")
        },
        Variation(name: "time-zone", summary: "TZ") { conditions, setting, _ in
            if setting.fixes("TZ") { return fixed("TZ") }
            conditions.timeZone = "GMT-14"
            return .applied("GMT-14")
        },
        Variation(name: "locale", summary: "LC_ALL and LANGUAGE") { conditions, setting, _ in
            if setting.fixes("LC_ALL") { return fixed("LC_ALL") }
            conditions.locale = "fr_CH.UTF-8"
            conditions.language = "fr_CH:fr"
            return .applied("fr_CH.UTF-8, whether the root has it or not")
        },
        Variation(name: "umask", summary: "the mask of new files' modes") { conditions, _, _ in
            conditions.modeMask = 0o002
            return .applied("0002")
        },
        Variation(name: "environment", summary: "a variable that nobody knows") {
            conditions, _, number in
            let value = ByteString("captured-\(number % 100_000)")
            conditions.variables.append(BuildJob.Variable("TALLY_CAPTURED_ENVIRONMENT", value))
            return .applied("TALLY_CAPTURED_ENVIRONMENT=\(value.escaped)")
        },
        Variation(name: "path-tail", summary: "a folder at the end of PATH") {
            conditions, _, number in
            conditions.pathTail = ByteString("/captured-\(number % 1000)")
            return .applied(conditions.pathTail.escaped)
        },
        Variation(name: "file-order", summary: "the order in which folders list files") {
            conditions, setting, _ in
            guard setting.job.inputs.contains(where: { $0.mode == .copied }) else {
                return .notApplicable("nothing is copied into the build folder")
            }
            conditions.order = .reversed
            return .applied("reversed")
        },
        Variation(name: "processors", summary: "how many processors there are") {
            conditions, setting, _ in
            guard setting.processors > 1 else {
                return .notPossible("there is one processor here")
            }
            conditions.processors = 1
            return .applied("1 of \(setting.processors)")
        },
        Variation(name: "kernel", summary: "the kernel's version, by personality(2)") {
            conditions, _, _ in
            conditions.personality |= Conditions.oldKernel
            return .applied("2.6")
        },
        Variation(
            name: "addresses", summary: "where memory is laid out", isRandom: true
        ) { conditions, _, _ in
            conditions.personality &= ~Conditions.fixedAddresses
            return .applied("random")
        },
        Variation(name: "pids", summary: "the numbers of processes") { conditions, _, number in
            conditions.skippedProcesses = UInt32(300 + number % 700)
            return .applied("\(conditions.skippedProcesses) have come and gone")
        },
        Variation(name: "temporary", summary: "the folder of temporary files") {
            conditions, setting, _ in
            if setting.fixes("TMPDIR") { return fixed("TMPDIR") }
            conditions.temporaryFolder = "/dev/shm"
            return .applied("/dev/shm")
        },
        Variation(name: "processor-features", summary: "what /proc/cpuinfo says") {
            conditions, setting, _ in
            let plain = ProcessorText.plain(setting.processorText)
            guard plain != setting.processorText else {
                return .notPossible("/proc/cpuinfo lists no features here")
            }
            conditions.replacedFiles["/proc/cpuinfo"] = plain
            return .applied("another model, fewer features")
        },
        Variation(name: "space", summary: "free memory and free space in the build folder") {
            conditions, setting, _ in
            conditions.replacedFiles["/proc/meminfo"] = ProcessorText.halved(setting.memoryText)
            conditions.freeSpace = setting.disk / 2
            return .applied("half")
        },
    ]

    /// The variation of a name.
    public static func named(_ name: String) -> Variation? { all.first { $0.name == name } }
}

/// Texts of the kernel, changed.
enum ProcessorText {
    /// `/proc/cpuinfo` with another model and only the first ten features.
    static func plain(_ text: ByteString) -> ByteString {
        changing(text) { name, value in
            switch name {
            case "model name": "Tallystick processor"
            case "flags", "Features": value.split(separator: " ").prefix(10).joined(separator: " ")
            default: value
            }
        }
    }

    /// `/proc/meminfo` with half of each number.
    static func halved(_ text: ByteString) -> ByteString {
        changing(text) { _, value in
            value.split(separator: " ").map { UInt64($0).map { String($0 / 2) } ?? String($0) }
                .joined(separator: " ")
        }
    }

    private static func changing(
        _ text: ByteString, _ change: (String, String) -> String
    ) -> ByteString {
        var lines: [String] = []
        for line in text.bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2 else {
                lines.append(String(decoding: line, as: UTF8.self))
                continue
            }
            let title = String(decoding: parts[0], as: UTF8.self)
            let name = String(title.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
            let value = String(String(decoding: parts[1], as: UTF8.self).drop { $0 == " " })
            lines.append("\(title): \(change(name, value))")
        }
        return ByteString(lines.joined(separator: "\n"))
    }
}
