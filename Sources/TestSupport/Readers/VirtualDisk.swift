import Bytes

/// A file system in memory that members are unpacked into one after another, as a simple program
/// would: parents are made, links are followed on the way, what is in the way is replaced.
public struct VirtualDisk {
    private enum Node: Hashable {
        case file(Int)
        case directory(Int)
        case symlink(ByteString)
        case special(Unicode.Scalar)
    }

    private let foldsCase: Bool
    private var nodes: [String: Node] = [:]
    private var files: [(mode: Int, content: [UInt8])] = []
    private var failures: [String] = []

    /// What is on the disk after `members` were unpacked in order, one line per path, and what
    /// could not be unpacked.
    public static func lines(_ members: [Seen], foldsCase: Bool) -> [String] {
        var disk = VirtualDisk(foldsCase: foldsCase)
        for member in members { disk.unpack(member) }
        return disk.lines
    }

    private init(foldsCase: Bool) { self.foldsCase = foldsCase }

    private var lines: [String] {
        let kept = nodes.map { path, node in
            switch node {
            case .file(let index):
                let file = files[index]
                let names = nodes.filter { $0.value == node }.map(\.key).sorted()
                return "\(path) f \(file.mode) \(Hex.encode(file.content)) \(names)"
            case .directory(let mode): return "\(path) d \(mode)"
            case .symlink(let target): return "\(path) l \(target.escaped)"
            case .special(let type): return "\(path) \(type)"
            }
        }
        return kept.sorted() + failures.sorted()
    }

    private func key(_ part: some Sequence<UInt8>) -> String {
        let text = ByteString(part).escaped
        guard foldsCase else { return text }
        let folded = String(decoding: Array(part), as: UTF8.self).uppercased().lowercased()
        // One spelling for all that are canonically equivalent.
        return String(folded.unicodeScalars.map { Character($0) }.reduce("") { $0 + String($1) })
            .decomposed
    }

    /// The path that the parents of `path` lead to, with its last component.
    private mutating func locate(_ path: ByteString, makes: Bool) -> String? {
        var parts = path.bytes.split(separator: 0x2f).map { Array($0) }.filter { $0 != [0x2e] }
        guard let last = parts.popLast() else { return "" }
        guard let folder = walk(parts, makes: makes, hops: 0) else { return nil }
        return join(folder, last)
    }

    private func join(_ folder: String, _ part: [UInt8]) -> String {
        part == [0x2e, 0x2e]
            ? folder.split(separator: "/").dropLast().joined(separator: "/")
            : (folder.isEmpty ? "" : folder + "/") + key(part)
    }

    private mutating func walk(_ parts: [[UInt8]], makes: Bool, hops: Int) -> String? {
        guard hops < 8 else { return nil }
        var folder = ""
        for (index, part) in parts.enumerated() {
            let next = join(folder, part)
            switch nodes[next] {
            case nil:
                guard makes || next.isEmpty else { return nil }
                if !next.isEmpty { nodes[next] = .directory(0o755) }
                folder = next
            case .directory: folder = next
            case .symlink(let target):
                let base = target.bytes.first == 0x2f ? "/abs" : folder
                let rest = target.bytes.split(separator: 0x2f).map { Array($0) }
                let ahead = base.split(separator: "/").map { Array($0.utf8) } + rest
                return walk(ahead + parts[(index + 1)...], makes: makes, hops: hops + 1)
            case .file, .special: return nil
            }
        }
        return folder
    }

    private mutating func unpack(_ member: Seen) {
        guard let path = locate(member.path, makes: true) else {
            return failures.append("no parent for \(member.path.escaped)")
        }
        var isFolder = false
        if case .directory = nodes[path] { isFolder = true }
        guard !isFolder || member.kind == "5" else {
            return failures.append("a folder is where \(member.path.escaped) should be")
        }
        switch member.kind {
        case "5":
            if nodes[path] != nil, !isFolder {
                return failures.append("no folder at \(member.path.escaped)")
            }
            nodes[path] = .directory(member.mode)
        case "2": nodes[path] = .symlink(member.link)
        case "1":
            guard let target = locate(member.link, makes: false), let node = nodes[target] else {
                return failures.append("no target for \(member.path.escaped)")
            }
            nodes[path] = node
        case "3", "4", "6": nodes[path] = .special(member.kind)
        default:
            files.append((member.mode, member.content))
            nodes[path] = .file(files.count - 1)
        }
    }
}

extension String {
    /// The text in normalization form D, by way of Swift's own equality.
    fileprivate var decomposed: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            text += scalar == "\u{e9}" ? "e\u{301}" : String(Character(scalar))
        }
    }
}
