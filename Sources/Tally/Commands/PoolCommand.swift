import Archives
import ArgumentParser
import Bytes
import Rebuild

/// `tally pool`
struct PoolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Fetch what a .buildinfo declares, and say what is in a folder of packages.",
        subcommands: [Fetch.self, List.self])

    /// Seconds that a reader of a package may compute, and be silent.
    private static let readerSeconds = 600

    /// What starts the readers of packages.
    static var launcher: ArchiveLauncher {
        Program.reader(seconds: readerSeconds)
    }

    /// `tally pool list`
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Say which packages are in a folder, by what is in their files.")

        @Argument(help: "A folder of .deb files.")
        var folder: Path

        @OptionGroup var work: WorkOptions

        func run() throws {
            try reportingTrouble {
                let pool = try Pool(
                    folder: folder.name, launcher: PoolCommand.launcher, jobs: work.jobs)
                var text = ""
                for entry in pool.entries {
                    let package = entry.package
                    text += package.name.escaped + " " + package.version.escaped + " "
                    text += (package.architecture ?? "all").escaped + " \(entry.size) "
                    text += entry.path.escaped + "\n"
                }
                try Console.print(text)
                for message in pool.unreadable { Console.complain(message) }
                return pool.unreadable.isEmpty ? 0 : ExitStatus.trouble
            }
        }
    }
}
