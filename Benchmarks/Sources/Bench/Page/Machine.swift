import Glibc

/// What is measured on.
enum Machine {
    /// Facts for the page: a name and what it is.
    static func facts() -> [(String, String)] {
        let processor = Disk.text("/proc/cpuinfo")
        let flags = Set(
            (value("flags", processor) ?? value("Features", processor) ?? "").split(separator: " "))
        let wanted = ["sha_ni", "avx2", "avx512f", "avx512bw", "pclmulqdq", "sha2"]
        return [
            ("processor", value("model name", processor) ?? "not known"),
            ("cores", "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"),
            ("of use here", wanted.filter { flags.contains($0[...]) }.joined(separator: ", ")),
            ("memory", memory()),
            ("system", system()),
        ]
    }

    /// The share of all processors that others use, measured for a second in which nothing of ours
    /// runs.
    static func othersLoad() -> Double {
        let before = ticks()
        sleep(1)
        let spent = zip(ticks(), before).map { $0 - $1 }
        let all = spent.reduce(0, +)
        return all > 0 && spent.count > 4 ? 1 - (spent[3] + spent[4]) / all : 0
    }

    /// Time that processors have spent so far, by kind; the fourth and the fifth kind are idle.
    private static func ticks() -> [Double] {
        let line = Disk.text("/proc/stat").split(separator: "\n").first ?? ""
        return line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
    }

    /// Bytes of memory that can be had without swapping.
    static func freeMemory() -> Int { kilobytes("MemAvailable") * 1024 }

    private static func memory() -> String {
        Figure.text(Double(kilobytes("MemTotal")) / 1048576, 1) + " GiB"
    }

    private static func kilobytes(_ name: String) -> Int {
        let words = (value(name, Disk.text("/proc/meminfo")) ?? "").split(separator: " ")
        return words.first.flatMap { Int($0) } ?? 0
    }

    private static func system() -> String {
        let name = Disk.text("/etc/os-release").split(separator: "\n")
            .first { $0.hasPrefix("PRETTY_NAME=") }
        let kernel = Disk.text("/proc/sys/kernel/osrelease").filter { $0 != "\n" }
        return "\(name?.dropFirst(12).filter { $0 != "\"" } ?? "Linux"), kernel \(kernel)"
    }

    /// What follows the first colon of a line that begins with `name`.
    private static func value(_ name: String, _ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(name) }?
            .split(separator: ":", maxSplits: 1).last
            .map { String($0.drop { $0 == " " || $0 == "\t" }) }
    }
}
