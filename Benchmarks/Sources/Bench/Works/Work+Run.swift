import Glibc

extension Work {
    /// Makes the data, measures, and takes the data away again unless it is to stay.
    func run(_ options: Options) throws -> Section {
        let bench = Bench(options: options, folder: "\(options.work)/\(name)")
        if let reason = obstacle(options) { return Section(rows: [.empty(title, "", reason)]) }
        defer { if !options.keepsData { Work.remove(bench.folder) } }
        try prepare(bench)
        return try measure(bench)
    }

    /// Why it cannot be run here.
    private func obstacle(_ options: Options) -> String? {
        if let missing = needs.first(where: { !$0.isPresent }) {
            return "not measured: \(missing) makes the data and is not installed"
        }
        let needed = Int(Double(space) * options.scale)
        let gigabytes = Figure.text(Double(space) / 1e9, 1)
        if Disk.free(options.work) < needed + 1 << 28, !options.keepsData {
            return "not measured: needs \(gigabytes) GB of disk"
        }
        if Machine.freeMemory() < needed { return "not measured: needs \(gigabytes) GB of memory" }
        return nil
    }

    /// Makes the data, unless it is there from the last time.
    private func prepare(_ bench: Bench) throws {
        let mark = Array("\(bench.options.scale)\n".utf8)
        if Disk.bytes(bench.path("made")) == mark { return }
        Work.remove(bench.folder)
        try Disk.makeFolder(bench.folder)
        try make(bench)
        try Disk.write(bench.path("made"), mark)
        // What is still on its way to the disk would disturb the measurement.
        sync()
    }

    private static func remove(_ folder: String) {
        _ = try? Command(words: ["rm", "-rf", folder], peer: nil).measure(
            in: "/", output: "/dev/null")
    }
}
