import Bytes
import CLauncher
import Glibc

/// Decides on the system calls that a sandbox asks its maker about, and takes note of them.
struct CallWatch {
    /// What was asked for and not given.
    private(set) var attempts: [Attempt] = []
    /// What was opened, started and renamed.
    private(set) var trace: [TraceEvent] = []

    /// The most entries of the trace, and attempts.
    private static let traceLimit = 1 << 20, attemptLimit = 100

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
            if trace.count < CallWatch.traceLimit, let event = event(of: call),
                tally_call_is_valid(listener, call.id) != 0
            {
                trace.append(event)
            }
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

    private func event(of call: tally_call) -> TraceEvent? {
        guard let path = CallWatch.path(of: call) else { return nil }
        let use: TraceEvent.Use =
            switch call.kind {
            case TALLY_CALL_EXECUTE: .started
            case TALLY_CALL_RENAME: .renamed
            default: call.detail & O_ACCMODE == O_RDONLY ? .read : .written
            }
        return TraceEvent(
            process: call.process, program: ProcessTree.program(call.process), use: use,
            path: path)
    }

    /// The path of a call, from its caller's memory.
    private static func path(of call: tally_call) -> ByteString? {
        let memory = unsafe open("/proc/\(call.process)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else { return nil }
        defer { close(memory) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        // What follows the text need not be there: page by page.
        var count = 0
        while count < buffer.count {
            let place = call.path + UInt64(count)
            let step = min(buffer.count - count, 4096 - Int(place % 4096))
            let got = unsafe buffer.withUnsafeMutableBytes {
                unsafe pread(memory, $0.baseAddress?.advanced(by: count), step, off_t(place))
            }
            guard got > 0 else { return nil }
            let end = buffer[count..<count + got].firstIndex(of: 0)
            if let end { return absolute(ByteString(buffer[..<end]), call) }
            count += got
        }
        return nil
    }

    /// A path made absolute, by the caller's folder.
    private static func absolute(_ path: ByteString, _ call: tally_call) -> ByteString? {
        if path.bytes.first == 0x2f { return path }
        let link =
            call.folder == AT_FDCWD
            ? "/proc/\(call.process)/cwd" : "/proc/\(call.process)/fd/\(call.folder)"
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink(link, &buffer, buffer.count)
        guard count > 0 else { return path }
        return ByteString(buffer.prefix(count).map { UInt8(bitPattern: $0) }).appending(path)
    }
}
