import ArgumentParser
import Bytes
import Rebuild

/// `tally lock RECIPE`
struct LockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Pin what a recipe builds from, or check that it still holds.",
        discussion: """
            The lock has the SHA-256 and size of every input, and one digest over all of them \
            (Docs/Recipe.md). Beside it, LOCK.files lists what is in trees, so that a path which \
            differs later can be named; digests decide, and the listing may be left behind.

            With --check nothing is written. Exit status: 0 the lock is written, or holds; 1 it does \
            not hold; 2 trouble; 64 wrong usage.
            """)

    @Argument(help: "The recipe.")
    var recipe: Path

    @Option(name: .shortAndLong, help: "The lock; as a rule RECIPE with .lock for .toml.")
    var output: Path?

    @Flag(help: "Hash all inputs again and say whether the lock holds.")
    var check = false

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    @OptionGroup var work: WorkOptions

    func run() throws {
        try reportingTrouble {
            let found = try MeasuredInputs(
                try Recipe(path: recipe.name), try work.hashing())
            if check { return try compare(found) }
            try OutputFile.write(found.listing, to: lock.appending(Listing.suffix))
            try OutputFile.write(found.lock.text, to: lock)
            if !quiet { try Console.print(summary(found.lock)) }
            return 0
        }
    }

    /// Where the lock is.
    private var lock: Path { output ?? LockCommand.place(beside: recipe) }

    /// The lock of a recipe that nobody said anything else of.
    static func place(beside recipe: Path) -> Path {
        let name = recipe.name
        guard name.hasSuffix(".toml") else { return recipe.appending(".lock") }
        return Path(ByteString(name.bytes.dropLast(".toml".utf8.count))).appending(".lock")
    }

    /// Says whether the lock holds, and what is another than it says.
    private func compare(_ found: MeasuredInputs) throws -> Int32 {
        let text = try Input.bytes(lock)
        let before = try Lock(text: text, origin: lock.shown)
        let listing = Listing(path: lock.appending(Listing.suffix).name)
        let differences = found.differences(from: before, listing: listing)
        if !quiet {
            let lines = differences.isEmpty ? ["\(lock.shown) holds"] : differences
            try Console.print(lines.map { $0 + "\n" }.joined())
        }
        return differences.isEmpty ? 0 : 1
    }

    /// One line per input, and the digest over all.
    private func summary(_ found: Lock) -> String {
        let lines = found.inputs.map { entry in
            "\(entry.identity.hex)  \(entry.name.escaped): \(entry.files) file"
                + "\(entry.files == 1 ? "" : "s"), \(entry.size) bytes\n"
        }
        return lines.joined() + "\(found.root.sha256.hex)  \(lock.shown): all inputs\n"
    }
}

extension WorkOptions {
    /// How the inputs of builds are hashed.
    func hashing() throws -> HashWork { HashWork(jobs: jobs, kernel: try WorkOptions.kernel()) }
}
