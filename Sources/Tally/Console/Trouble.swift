import ArgumentParser
import Bytes
import Rebuild

/// What ends a command without a verdict: one sentence on standard error, and the exit code for
/// trouble.
struct Trouble: Error {
    /// The sentence, without a full stop.
    let message: String

    /// - Parameter message: without a full stop, its names escaped.
    init(_ message: String) { self.message = message }

    /// The reason why bytes could not be read; offset and code are dropped.
    init(_ error: SourceError) { message = error.message }
}

/// The exit codes of DESIGN.
enum ExitStatus {
    /// No verdict.
    static let trouble: Int32 = 2
    /// A build that was to be run failed.
    static let buildFailed: Int32 = 5
    /// Something could not be judged, a limit among others.
    static let inconclusive: Int32 = 4
    /// A build could not be run here: something that it takes is missing, or the sandbox is
    /// refused.
    static let notHere: Int32 = 6
}

extension ParsableCommand {
    /// Runs a command's work; trouble becomes a line on standard error and its exit code.
    func reportingTrouble(_ work: () throws -> Int32) throws {
        let status: Int32
        do {
            status = try work()
        } catch let trouble as Trouble {
            Console.complain(trouble.message)
            status = ExitStatus.trouble
        } catch let error as SourceError {
            Console.complain(error.message)
            status = error.code == .limit ? ExitStatus.inconclusive : ExitStatus.trouble
        } catch let error as RebuildError {
            Console.complain(error.message)
            status = ExitStatus.trouble
        }
        throw ExitCode(status)
    }
}
