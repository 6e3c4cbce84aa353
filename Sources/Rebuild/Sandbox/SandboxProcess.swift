import Bytes
import CLauncher
import Glibc

/// The first process of a sandbox, seen from its maker. It is ended with this object, and with it
/// all that it started.
@safe
final class SandboxProcess {
    /// Its number.
    private let process: pid_t
    /// The maker's end of the connection, and of the pipe that commands print to.
    private let control: Int32
    private let log: Int32
    /// What holds its limits, where the kernel lets us; it goes when the process has.
    private var group: ControlGroup?
    /// Tells of filtered system calls; -1 until the sandbox is ready.
    private var listener: Int32 = -1

    /// Starts it. The rest of `sandbox` is filled in.
    init(_ sandbox: inout tally_sandbox) throws(RebuildError) {
        var ends: [Int32] = [-1, -1]
        var pipe: [Int32] = [-1, -1]
        guard
            unsafe socketpair(
                AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | O_CLOEXEC, 0, &ends) == 0
        else { throw SandboxProcess.failure("make a pair of sockets") }
        guard unsafe tally_sandbox_pipe(&pipe) == 0 else {
            ends.forEach { close($0) }
            throw SandboxProcess.failure("make a pipe")
        }
        unsafe sandbox.control = ends[1]
        unsafe sandbox.log = pipe[1]
        let started = unsafe tally_sandbox_start(&sandbox)
        let reason = errno
        close(ends[1])
        close(pipe[1])
        // Before any property is set: else this object would be taken down, and signal process -1,
        // which is every process there is.
        guard started > 0 else {
            close(ends[0])
            close(pipe[0])
            throw RebuildError(
                .sandbox,
                "the kernel gives no namespaces: \(errorText(reason)); allow plain users to make user "
                    + "namespaces, or run as root")
        }
        process = started
        (control, log) = (ends[0], pipe[0])
    }

    deinit {
        close(control)
        Glibc.kill(process, SIGKILL)
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        close(log)
        if listener >= 0 { close(listener) }
    }

    private static func failure(_ verb: String) -> RebuildError {
        RebuildError(.io, "cannot \(verb): \(errorText(errno))")
    }

    /// The root as the sandbox sees it.
    func root() throws(RebuildError) -> Folder {
        try Folder(path: ByteString("/proc/\(process)/root"))
    }

    /// Waits until the sandbox is made.
    ///
    /// - Throws: ``RebuildError`` with code `sandbox`, naming the part that the kernel refuses.
    func waitUntilReady(_ plan: SandboxPlan) throws(RebuildError) {
        var message = tally_message()
        let result = unsafe tally_sandbox_receive(control, &message, &listener)
        guard result == 1 else {
            throw RebuildError(
                .sandbox, "the sandbox's first process ended before the sandbox was made")
        }
        guard message.step == Int32(TALLY_STEP_READY.rawValue), listener >= 0 else {
            throw SandboxStep.error(message, plan)
        }
    }

    /// What takes note of the files that its processes use.
    ///
    /// - Parameter user: who they are outside.
    func recorder(user: UInt32) throws(RebuildError) -> TraceRecorder {
        TraceRecorder(InsideRoot(try root(), user: user), first: process)
    }

    /// Runs the commands, and waits for them.
    ///
    /// - Parameter recorder: takes note of files; `nil` if the sandbox does not watch them.
    func build(
        _ plan: SandboxPlan, _ limits: SandboxLimits, _ recorder: TraceRecorder?,
        clock: () -> UInt64, isCancelled: () -> Bool
    ) throws(RebuildError) -> SandboxResult {
        group = ControlGroup(
            name: ByteString(ControlGroup.prefix(of: getpid()) + "\(process)"), limits)
        var held = group?.limits ?? []
        if let group, !group.take(process) { held = [] }
        var watchdog = Watchdog(
            limits, process, start: clock(), watchesMemory: !held.contains("memory"))
        var watch = CallWatch(recorder)
        var log = BuildLog(limit: limits.log)
        guard unsafe send(control, "g", 1, Int32(MSG_NOSIGNAL)) == 1 else {
            throw SandboxProcess.failure("start the build")
        }
        var ending: SandboxResult.Ending?
        var message = tally_message()
        while ending == nil {
            let ready = wait()
            if ready.log { _ = drain(into: &log) }
            if ready.call { watch.answer(listener) }
            if ready.control {
                var none: Int32 = -1
                guard unsafe tally_sandbox_receive(control, &message, &none) == 1 else {
                    ending = .stopped("its first process was ended from outside")
                    break
                }
                ending = SandboxProcess.ending(message)
            } else if isCancelled() {
                throw RebuildError(.io, "the build was interrupted")
            } else if let reason = watchdog.reason(now: clock()) {
                ending = .stopped(reason)
            }
        }
        if let reason = reached(limits, plan) { ending = .stopped(reason) }
        kill(ending: ending)
        while drain(into: &log) {}
        return SandboxResult(
            ending: ending ?? .stopped("nothing is known of its end"), log: log,
            attempts: watch.attempts,
            trace: watch.recorder.map { BuildTrace(seen: $0.notes, folder: plan.folder) },
            means: means(held),
            leftover: Int(message.leftover))
    }

    /// Which limits the commands ran into, also if they did not mind; `nil` for none that is known
    /// of.
    private func reached(
        _ limits: SandboxLimits, _ plan: SandboxPlan
    ) -> String? {
        var reasons: [String] = []
        for limit in group?.exceeded ?? [] {
            reasons.append(
                limit == "memory"
                    ? "it needed more than \(limits.memory) bytes of memory; see --build-memory"
                    : "it needed more than \(limits.processes) processes; see --build-processes")
        }
        for mount in plan.mounts where mount.size > 0 && isFull(mount.target) {
            reasons.append(
                "it filled the \(mount.size) bytes of \(mount.target.escaped); see --build-disk")
        }
        return reasons.isEmpty ? nil : reasons.joined(separator: ", and ")
    }

    /// Whether a file system in memory has no room left.
    private func isFull(_ path: ByteString) -> Bool {
        var facts = statvfs()
        let place = ByteString("/proc/\(process)/root").appending(
            ByteString(path.bytes.dropFirst()))
        guard unsafe statvfs(place.terminated, &facts) == 0, facts.f_blocks > 0 else {
            return false
        }
        return facts.f_bavail == 0 || facts.f_favail == 0
    }

    /// Ends all processes at once if the commands did not end by themselves.
    private func kill(ending: SandboxResult.Ending?) {
        if case .stopped = ending { Glibc.kill(process, SIGKILL) }
    }

    private func means(_ held: [String]) -> [LimitMeans] {
        [
            LimitMeans("memory", held.contains("memory") ? "cgroup" : "watchdog"),
            LimitMeans("processes", held.contains("processes") ? "cgroup" : "rlimit"),
            LimitMeans("disk", "tmpfs"), LimitMeans("seconds", "watchdog"),
        ]
    }

    /// Waits for news, for a fifth of a second at most.
    private func wait() -> (control: Bool, log: Bool, call: Bool) {
        var list = [
            pollfd(fd: control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: log, events: Int16(POLLIN), revents: 0),
            pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&list, nfds_t(list.count), 200) > 0 else { return (false, false, false) }
        return (
            list[0].revents != 0, list[1].revents & Int16(POLLIN) != 0,
            list[2].revents & Int16(POLLIN) != 0
        )
    }

    /// Reads what is there of the log; whether there may be more.
    private func drain(into log: inout BuildLog) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            let count = unsafe read(self.log, bytes.baseAddress, bytes.count)
            if count > 0 {
                unsafe log.append(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
            }
            return count
        }
        return count > 0
    }

    /// How the commands ended, as of waitpid(2).
    private static func ending(_ message: tally_message) -> SandboxResult.Ending {
        let status = message.status
        if status == 0 { return .succeeded }
        let signal = status & 0x7f
        let command = Int(message.index)
        return signal == 0
            ? .failed(command: command, status: (status >> 8) & 0xff)
            : .killed(command: command, signal: signal)
    }
}
