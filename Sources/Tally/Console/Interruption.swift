import CLauncher
import Glibc

/// Whether somebody wants this program to end: an interrupt, a hang-up, a request to terminate.
enum Interruption {
    /// From now on such signals are taken note of in place of ending the program.
    static func watch() { tally_watch_signals() }

    /// The signal that came; `nil` for none yet.
    static var signal: Int32? {
        let number = tally_received_signal()
        return number == 0 ? nil : number
    }
}
