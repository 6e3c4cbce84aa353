import ArgumentParser
import Bytes
import Rebuild

extension PoolCommand {
    /// `tally pool fetch`
    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch",
            abstract: "Fetch the packages that a .buildinfo declares, and its source.",
            discussion: """
                Packages come from apt, in exactly the declared versions, or from the program that
                --fetch-command names. What comes is taken only if its content says that it is what
                was asked for. No other command uses the network for this.
                """)

        @Argument(help: "A .buildinfo file.")
        var buildinfo: Path

        @Option(help: "The folder for packages; made if it is not there.")
        var pool: Path

        @Option(help: "The folder for the .dsc and its files; without it no source is fetched.")
        var source: Path?

        @Option(
            help: """
                A program instead of apt, and its arguments between spaces. {name}, {version} and \
                {architecture} are put in; it has to put the file into the folder that it is started \
                in. For the source, the architecture is "source".
                """)
        var fetchCommand: Path?

        @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
        var quiet = false

        @OptionGroup var work: WorkOptions

        func validate() throws {
            if let fetchCommand, fetchCommand.name.bytes.allSatisfy({ $0 == 0x20 }) {
                throw ValidationError("--fetch-command needs a program.")
            }
        }

        func run() throws {
            try reportingTrouble {
                let outcome: PoolFetch.Outcome
                do throws(RebuildError) {
                    outcome = try fetch()
                } catch {
                    Console.complain(error.message)
                    return error.code == .input ? ExitStatus.notHere : ExitStatus.trouble
                }
                for problem in outcome.problems { Console.complain(problem) }
                if !quiet {
                    try Console.print(
                        "\(outcome.fetched.count) fetched, \(outcome.present) there before, "
                            + "\(outcome.missing.count) missing\n")
                }
                guard !outcome.missing.isEmpty else { return 0 }
                for name in outcome.missing { Console.complain("missing: \(name)") }
                return ExitStatus.notHere
            }
        }

        /// Fetches what the file declares.
        private func fetch() throws(RebuildError) -> PoolFetch.Outcome {
            if let refusal = try BuildDeclaration(path: buildinfo.name)?.refusal { throw refusal }
            var fetch = PoolFetch(
                buildInfo: try BuildInfo(path: buildinfo.name), pool: pool.name,
                environment: Console.plainEnvironment, launcher: PoolCommand.launcher,
                jobs: work.jobs)
            fetch.source = source?.name
            fetch.command = fetchCommand.map { command in
                command.name.bytes.split(separator: 0x20).map { ByteString($0) }
            }
            return try fetch.run()
        }
    }
}
