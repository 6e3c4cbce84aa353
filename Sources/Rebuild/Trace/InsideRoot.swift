import Bytes
import CLauncher
import Glibc

/// A sandbox's root, seen from its maker, who finds files there as the build does.
struct InsideRoot {
    /// What a path stands for inside.
    enum State { case file, folder, other, unreadable, absent }

    /// A path inside, without links as far as it exists, and what is there.
    struct Place {
        var path: ByteString
        var state: State
    }

    private let root: Folder
    /// Who the build's processes are outside.
    private let user: UInt32

    /// - Parameter user: who the build's processes are outside.
    init(_ root: Folder, user: UInt32) {
        self.root = root
        self.user = user
    }

    /// What is at an absolute path.
    ///
    /// - Parameter follows: whether a link at its end is followed.
    func place(of path: ByteString, follows: Bool) -> Place {
        if follows, let found = find(path) { return found }
        // What is not there yet, or is meant itself: its folder may still be reached through links.
        let names = path.components
        guard let last = names.last, last != ".." else { return Place(path: path, state: .absent) }
        let parent = InsideRoot.join(names.dropLast())
        guard let folder = find(parent) else {
            return Place(path: InsideRoot.plain(path), state: .absent)
        }
        return Place(path: folder.path.appending(last), state: .absent)
    }

    /// What exists at a path; `nil` if nothing does.
    private func find(_ path: ByteString) -> Place? {
        let file = unsafe tally_open_inside(root.descriptor, path.terminated)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0,
            let name = SystemFile.link(ByteString("/proc/self/fd/\(file)"))
        else { return nil }
        return Place(path: name, state: state(status))
    }

    private func state(_ status: stat) -> State {
        switch Folder.kind(status) {
        case .folder: return .folder
        case .file:
            let bit: UInt32 = status.st_uid == user ? 0o400 : 0o044
            return status.st_mode & bit == 0 ? .unreadable : .file
        case .link, .other: return .other
        }
    }

    /// An absolute path without `.` and `..`, as if no name were a link.
    static func plain(_ path: ByteString) -> ByteString {
        var names: [ByteString] = []
        for name in path.components {
            if name == ".." { _ = names.popLast() } else { names.append(name) }
        }
        return join(names[...])
    }

    private static func join(_ names: ArraySlice<ByteString>) -> ByteString {
        ByteString(names.flatMap { [0x2f] + $0.bytes } + (names.isEmpty ? [0x2f] : []))
    }
}
