import Archives
import ArgumentParser
import CLauncher
import Glibc

/// The program: a reader of archives when it was started as one, else the command line.
@main
enum Main {
    static func main() {
        // A reader that has gone is an error to report, not a signal to die of.
        _ = signal(SIGPIPE, SIG_IGN)
        let arguments = Program.arguments
        if arguments.first == ArchiveLauncher.argument {
            let seconds = arguments.dropFirst().first.flatMap { Int($0) } ?? 60
            let kind = arguments.last.flatMap { ArchiveKind(rawValue: $0) } ?? .longTail
            exit(ArchiveChild.run(socket: 0, seconds: seconds, kind: kind))
        }
        if arguments.first == Sweeper.argument, arguments.count == 3,
            let process = Int32(arguments[2])
        {
            Sweeper.run(arguments[1], of: process)
            exit(0)
        }
        guard !arguments.isEmpty else {
            Console.complain("no command was given; 'tally --help' lists them")
            exit(EX_USAGE)
        }
        tally_keep_blocks()
        Descriptors.secure()
        TallyCommand.main(arguments)
    }
}

/// `tally`, with all its commands.
struct TallyCommand: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "tally",
        abstract: "Checks whether two builds are the same, and signs and verifies the answer.",
        version: "tally \(version)",
        subcommands: [
            CompareCommand.self, RebuildCommand.self, DigestCommand.self, NormalizeCommand.self,
            InspectCommand.self,
            KeyCommand.self,
            AttestCommand.self, ApproveCommand.self, PolicyCommand.self, VerifyCommand.self,
            BundleCommand.self, PoolCommand.self, LockCommand.self,
            FormatsCommand.self, ExplainCommand.self,
        ])
}
