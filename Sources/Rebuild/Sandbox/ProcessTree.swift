import Bytes
import Glibc

/// All processes below one, as the kernel lists them.
enum ProcessTree {
    /// The bytes of memory that a process and all below it have to themselves, files in memory not
    /// counted.
    static func memory(below process: pid_t) -> UInt64 {
        var total: UInt64 = 0
        var waiting = [process]
        while let next = waiting.popLast() {
            let folder = "/proc/\(next)"
            if let text = SystemFile.read(ByteString("\(folder)/status")) {
                total += (SystemFile.number("RssAnon:", in: text) ?? 0) << 10
            }
            waiting += children(of: next)
        }
        return total
    }

    /// The children of a process, by all its threads.
    private static func children(of process: pid_t) -> [pid_t] {
        guard let tasks = try? Folder(path: ByteString("/proc/\(process)/task")),
            let names = try? tasks.names()
        else { return [] }
        return names.flatMap { name -> [pid_t] in
            let path = ByteString("/proc/\(process)/task/\(name.escaped)/children")
            let text = SystemFile.read(path) ?? []
            return text.split(separator: 0x20).compactMap {
                pid_t(String(decoding: $0, as: UTF8.self))
            }
        }
    }

    /// What the kernel calls the program of a process; it may call itself anything.
    static func program(_ process: pid_t) -> ByteString {
        let text = SystemFile.read(ByteString("/proc/\(process)/comm")) ?? []
        return ByteString(text.prefix { $0 != 0x0a })
    }
}
