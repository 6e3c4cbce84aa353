import Glibc

// Usage: Bench TALLY WORK [RUNS]
//   Makes data from a seed in WORK, runs tally and the peers that are there in turn, and prints a
//   table in Markdown: medians, and the ratio to the first peer of each group.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: Bench TALLY WORK [RUNS]")
    exit(64)
}
let tally = arguments[1]
let work = arguments[2]
let runs = arguments.count > 3 ? Int(arguments[3]) ?? 5 : 5

/// The middle of some values.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
}

/// A number with three digits behind the point.
func shown(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}

/// Runs the commands of a group in turn, so that a noisy minute hits all of them.
func group(_ title: String, _ commands: [Command]) {
    let present = commands.filter(\.isPresent)
    var results = [[Measurement]](repeating: [], count: present.count)
    for _ in 0..<runs {
        for (index, command) in present.enumerated() {
            if let result = command.measure() { results[index].append(result) }
        }
    }
    print("\n### \(title)\n")
    print("| command | wall s | CPU s | RSS MB | wall, against the first peer |")
    print("|---|--:|--:|--:|--:|")
    let peer = present.firstIndex { $0.words[0] != tally }
    let base = peer.map { median(results[$0].map(\.wall)) } ?? 0
    for (command, measured) in zip(present, results) {
        let wall = median(measured.map(\.wall))
        let memory = median(measured.map { Double($0.memory) }) / 1024
        print(
            "| \(command.label) | \(shown(wall)) | \(shown(median(measured.map(\.processor)))) "
                + "| \(Int(memory.rounded())) | \(base > 0 ? shown(wall / base) : "-") |")
    }
    for missing in commands where !missing.isPresent { print("\n\(missing.words[0]) is not here.") }
}

let size = 1 << 30
let (big, same, near) = ("\(work)/big", "\(work)/same", "\(work)/near")
mkdir(work, 0o755)
Data.write(big, size: size, seed: 1)
Data.write(same, size: size, seed: 1)
Data.write(near, size: size, seed: 1, changing: size / 2)
Data.tree("\(work)/tree1", count: 4000, seed: 2)
Data.tree("\(work)/tree2", count: 4000, seed: 2)

print("# Benchmarks\n\nMedians of \(runs) interleaved runs, warm cache.")
group(
    "1 GiB, identical",
    [
        Command("tally compare", tally, "compare", big, same),
        Command("tally compare --no-digest", tally, "compare", big, same, "--no-digest"),
        Command("cmp", "cmp", big, same),
        Command("openssl dgst, one side", "openssl", "dgst", "-sha256", big),
        Command("sha256sum, one side", "sha256sum", big),
    ])
group(
    "1 GiB, one byte differs in the middle",
    [
        Command("tally compare", tally, "compare", big, near),
        Command("tally compare --no-digest", tally, "compare", big, near, "--no-digest"),
        Command("cmp -l", "cmp", "-l", big, near),
    ])
group(
    "two identical trees of 4,000 files",
    [
        Command("tally compare", tally, "compare", "\(work)/tree1", "\(work)/tree2"),
        Command("diff -rq", "diff", "-rq", "\(work)/tree1", "\(work)/tree2"),
        Command("rsync -nac", "rsync", "-nac", "\(work)/tree1/", "\(work)/tree2/"),
        Command(
            "git diff --no-index", "git", "diff", "--no-index", "--stat", "\(work)/tree1",
            "\(work)/tree2"),
    ])
group("start-up", [Command("tally --version", tally, "--version")])
