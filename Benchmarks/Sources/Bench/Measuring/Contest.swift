/// Runs of one command.
struct Timing {
    let command: Command
    /// In the order in which they were made; empty if the program is absent.
    var runs: [Measurement] = []
    /// What went wrong with a peer.
    var failure: String?

    func median(_ measure: Measure) -> Double { Figure.median(runs.map { $0[measure] }) }
}

/// Commands that do the same work, run in turn, so that a noisy minute hits all of them.
struct Contest {
    /// Tally's first.
    let commands: [Command]

    /// Seconds after which a slow program is not run again.
    private static let patience = 30.0

    /// Runs each command up to `rounds` times, in turn.
    ///
    /// - Throws: ``Failure`` if tally fails; a peer that does is a matter of its own row.
    func run(in folder: String, output: String, rounds: Int) throws -> Result {
        var timings = commands.map { Timing(command: $0) }
        for _ in 0..<rounds {
            for (index, command) in commands.enumerated() where command.isPresent {
                let spent = timings[index].runs.reduce(0) { $0 + $1.wall }
                guard spent < Contest.patience, timings[index].failure == nil else { continue }
                do {
                    timings[index].runs.append(try command.measure(in: folder, output: output))
                } catch let failure as Failure where command.peer != nil {
                    timings[index].failure = failure.description
                }
            }
        }
        return Result(timings: timings)
    }

    /// What came of it.
    struct Result {
        let timings: [Timing]

        /// Tally's.
        var ours: Timing { timings[0] }

        func timing(of peer: Peer) -> Timing? { timings.first { $0.command.peer == peer } }
    }
}
