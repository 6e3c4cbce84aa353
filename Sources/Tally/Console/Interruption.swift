import CLauncher
import Glibc

/// Whether somebody wants this program to end: an interrupt, a hang-up, a request to terminate.
enum Interruption {
    /// Runs `work` while the first such signal is taken note of in place of ending the program.
    static func watching<Value>(_ work: () throws -> Value) rethrows -> Value {
        tally_watch_signals(1)
        defer { tally_watch_signals(0) }
        return try work()
    }

    /// The signal that came; `nil` for none yet.
    static var signal: Int32? {
        let number = tally_received_signal()
        return number == 0 ? nil : number
    }
}
