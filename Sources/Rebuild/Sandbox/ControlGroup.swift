import Bytes
import Glibc

/// A control group of the kernel for one build, which holds all its processes together to their
/// limits. Removed with this object, when the processes have gone.
final class ControlGroup {
    /// The limits that it holds.
    private(set) var limits: [String] = []
    /// Its folders: one for all in version 2, one per limit in version 1.
    private var folders: [ByteString] = []

    /// A group that holds what it can here; `nil` if that is nothing.
    ///
    /// - Parameter name: of nothing that exists.
    init?(name: ByteString, _ limits: SandboxLimits) {
        ControlGroup.removeAbandoned()
        let memory = String(limits.memory)
        let processes = String(limits.processes)
        if let base = ControlGroup.base(of: ":memory:", "/sys/fs/cgroup/memory") {
            add(base.appending(name), ["memory.limit_in_bytes": memory], "memory")
        }
        if let base = ControlGroup.base(of: ":pids:", "/sys/fs/cgroup/pids") {
            add(base.appending(name), ["pids.max": processes], "processes")
        }
        if self.limits.isEmpty, let base = ControlGroup.base(of: "0::", "/sys/fs/cgroup") {
            add(base.appending(name), ["memory.max": memory], "memory")
            if folders.isEmpty { return nil }
            if ControlGroup.write(processes, to: base.appending(name).appending("pids.max")) {
                self.limits.append("processes")
            }
        }
        if self.limits.isEmpty { return nil }
    }

    /// What the names of all groups that a process makes begin with.
    static func prefix(of process: pid_t) -> String { "tallystick-\(process)-" }

    /// The folders that groups of this process lie in.
    private static var bases: [ByteString] {
        [
            base(of: ":memory:", "/sys/fs/cgroup/memory"),
            base(of: ":pids:", "/sys/fs/cgroup/pids"), base(of: "0::", "/sys/fs/cgroup"),
        ].compactMap { $0 }
    }

    /// Removes the groups of a process that has ended, and could not do it itself.
    static func removeAll(of process: pid_t) {
        for base in bases {
            let names = (try? Folder(path: base).names()) ?? []
            for name in names where name.hasPrefix(prefix(of: process)) {
                remove(base.appending(name))
            }
        }
    }

    /// Removes empty groups of processes that are no more, as after this program and what clears up
    /// behind it were both killed. The kernel refuses to remove one that somebody is in.
    private static func removeAbandoned() {
        for base in bases {
            for name in (try? Folder(path: base).names()) ?? [] {
                let parts = name.split(at: "-")
                guard parts.count == 3, parts[0] == "tallystick",
                    let maker = pid_t(parts[1].escaped), kill(maker, 0) != 0, errno == ESRCH
                else { continue }
                _ = unsafe rmdir(base.appending(name).terminated)
            }
        }
    }

    /// The limits that processes of the group ran into: where the kernel ended one of them, or
    /// refused to start one.
    var exceeded: [String] {
        func hasCounted(_ field: String, in file: ByteString) -> Bool {
            folders.contains { folder in
                let text = SystemFile.read(folder.appending(file)) ?? []
                return SystemFile.number(field, in: text) ?? 0 > 0
            }
        }
        // Of version 2, and of version 1.
        let isMemory =
            hasCounted("oom_kill ", in: "memory.events")
            || hasCounted("oom_kill ", in: "memory.oom_control")
        return (isMemory ? ["memory"] : [])
            + (hasCounted("max ", in: "pids.events") ? ["processes"] : [])
    }

    deinit {
        for folder in folders { ControlGroup.remove(folder) }
    }

    /// Removes a group. The kernel takes a moment to let go of processes that have ended.
    private static func remove(_ folder: ByteString) {
        for _ in 0..<50 {
            if unsafe rmdir(folder.terminated) == 0 || errno != EBUSY { return }
            usleep(10_000)
        }
    }

    /// Puts a process and all that it starts from now on into the group.
    func take(_ process: pid_t) -> Bool {
        folders.allSatisfy { ControlGroup.write(String(process), to: $0.appending("cgroup.procs")) }
    }

    private func add(_ folder: ByteString, _ values: [ByteString: String], _ limit: String) {
        guard unsafe mkdir(folder.terminated, 0o755) == 0 else { return }
        let isSet = values.allSatisfy { ControlGroup.write($0.value, to: folder.appending($0.key)) }
        if isSet {
            folders.append(folder)
            limits.append(limit)
        } else {
            _ = unsafe rmdir(folder.terminated)
        }
    }

    /// The folder of the group that this process is in, by a mark in its line of
    /// `/proc/self/cgroup`.
    private static func base(of mark: String, _ mount: ByteString) -> ByteString? {
        guard let text = SystemFile.read("/proc/self/cgroup") else { return nil }
        for line in text.split(separator: 0x0a) {
            let parts = line.split(separator: 0x3a, maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let start = Array(line.prefix(line.count - parts[2].count))
            let isIt =
                mark == "0::" ? start == Array("0::".utf8) : ByteString(start).hasSuffix(mark)
            if isIt {
                return ByteString(mount.bytes + parts[2].drop { $0 == 0x2f && parts[2].count == 1 })
            }
        }
        return nil
    }

    private static func write(_ text: String, to path: ByteString) -> Bool {
        let file = unsafe open(path.terminated, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Posix.write(Array(text.utf8)[...], to: file)
    }
}
