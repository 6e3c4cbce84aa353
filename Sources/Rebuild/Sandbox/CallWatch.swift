import Bytes
import CLauncher
import Glibc

/// Decides on the system calls that a sandbox asks its maker about, and takes note of them.
struct CallWatch {
    /// What was asked for and not given.
    private(set) var attempts: [Attempt] = []
    /// What was opened, started and renamed; `nil` if that is not watched.
    private(set) var recorder: TraceRecorder?

    /// The most attempts that are kept.
    private static let attemptLimit = 100

    /// - Parameter recorder: takes note of files; `nil` if they are not watched.
    init(_ recorder: TraceRecorder?) { self.recorder = recorder }

    /// Answers one call.
    ///
    /// - Parameter listener: of the sandbox; there is a call waiting.
    mutating func answer(_ listener: Int32) {
        var call = tally_call()
        guard unsafe tally_call_receive(listener, &call) == 0 else { return }
        if call.kind == TALLY_CALL_SOCKET {
            note(call)
            _ = tally_call_answer(listener, call.id, EACCES)
        } else {
            recorder?.take(call) { tally_call_is_valid(listener, call.id) != 0 }
            _ = tally_call_answer(listener, call.id, 0)
        }
    }

    /// Takes note of a socket. Those of the kernel's own family are asked for by whoever looks at
    /// network interfaces; that reaches nobody.
    private mutating func note(_ call: tally_call) {
        guard call.detail != AF_NETLINK, attempts.count < CallWatch.attemptLimit else { return }
        let family =
            switch call.detail {
            case AF_INET: "IPv4"
            case AF_INET6: "IPv6"
            default: "address family \(call.detail)"
            }
        let attempt = Attempt(
            what: "a network socket (\(family))", program: ProcessTree.program(call.process))
        if !attempts.contains(attempt) { attempts.append(attempt) }
    }
}
