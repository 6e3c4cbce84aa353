import Bytes
import Hashing
import TestSupport
import Testing

struct TreeTests {
    private func digest(_ folder: TemporaryFolder, _ view: TreeView = .portable) throws -> Digest {
        try TreeListing.digests(of: Tree(root: folder.path), view: view).sha256
    }

    /// A folder with one of everything that needs no rights.
    private func sample() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.folder("d")
        try folder.file("d/plain", Array("text".utf8))
        try folder.file("d/tool", Array("#!".utf8), mode: 0o755)
        try folder.file(ByteString([0x64, 0x2f, 0xff, 0x0a]), [1])
        try folder.link("link", to: "nowhere/at all")
        try folder.pipe("pipe")
        try folder.hardLink("second", to: "d/plain")
        for name: ByteString in ["d/plain", "d/tool", "link", "pipe", "d"] {
            try folder.setTime(name, 1_000_000)
        }
        return folder
    }

    @Test func `lists everything in order of bytes`() throws {
        let folder = try sample()
        let tree = try Tree(root: folder.path)
        #expect(
            tree.nodes.map(\.path) == [
                "", "d", "d/plain", "d/tool", ByteString([0x64, 0x2f, 0xff, 0x0a]), "link", "pipe",
                "second",
            ])
        #expect(
            tree.nodes.map(\.kind) == [
                .directory, .directory, .file, .file, .file, .symlink, .pipe, .file,
            ])
        #expect(tree.nodes[5].link == "nowhere/at all")
        #expect(tree.nodes[2].identity == tree.nodes[7].identity)
        #expect(tree.nodes[2].identity != nil && tree.nodes[3].identity == nil)
        #expect(tree.size == 4 + 2 + 1 + 4)
    }

    @Test func `the same tree elsewhere has the same portable digest`() throws {
        let a = try sample()
        let b = try sample()
        #expect(try digest(a) == digest(b))
        // Times, other mode bits and hard links do not count in this view.
        try b.setTime("d/plain", 5)
        try b.file("d/tool", Array("#!".utf8), mode: 0o711)
        #expect(try digest(a) == digest(b))
        #expect(try digest(a, .full) != digest(b, .full))
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7])
    func `what the portable view counts changes the digest`(change: Int) throws {
        let folder = try sample()
        let before = try digest(folder)
        switch change {
        case 0: try folder.file("d/plain", Array("TEXT".utf8))
        case 1: try folder.file("d/plain", Array("text".utf8), mode: 0o744)
        case 2: try folder.file("d/tool", Array("#!".utf8), mode: 0o4755)
        case 3: try folder.file("new", [])
        case 4: try folder.folder("d/empty")
        case 5: try folder.link("link2", to: "x")
        case 6: try folder.folder("sticky", mode: 0o1777)
        default: try folder.pipe("pipe2")
        }
        #expect(try digest(folder) != before)
    }

    @Test func `exclusion leaves out folders with what is in them`() throws {
        let folder = try sample()
        let tree = try Tree(root: folder.path, exclude: ["d", "*pe"])
        #expect(tree.nodes.map(\.path) == ["", "link", "second"])
        #expect(tree.excluded == ["d", "*pe"])
    }

    @Test func `links are not followed and what is missing is an error`() throws {
        let folder = try TemporaryFolder()
        try folder.folder("d")
        try folder.file("d/inner", [1])
        try folder.link("to", to: "d")
        let tree = try Tree(root: folder.path)
        #expect(tree.nodes.map(\.path) == ["", "d", "d/inner", "to"])
        #expect(throws: SourceError.self) { try tree.open(tree.nodes[3]) }
        #expect(throws: SourceError.self) { try Tree(root: folder.path(of: "none")) }
        let file = try tree.open(tree.nodes[2])
        try folder.file("d/inner", [1, 2])
        #expect(throws: SourceError.self) { try file.checkUnchanged() }
    }

    @Test func `the listing separates names from values`() throws {
        // Two trees whose names and links, written one behind the other, are the same bytes.
        let a = try TemporaryFolder()
        try a.link("ab", to: "c")
        let b = try TemporaryFolder()
        try b.link("a", to: "bc")
        #expect(try digest(a) != digest(b))
    }

    @Test func `how a folder is allocated does not count`() throws {
        let a = try TemporaryFolder()
        let b = try TemporaryFolder()
        for folder in [a, b] { try folder.folder("d") }
        // Many names make the folder itself larger, on file systems where folders do not shrink.
        for index in 0..<500 { try b.file(ByteString("d/a longer name \(index)"), []) }
        for index in 0..<500 { b.remove(ByteString("d/a longer name \(index)")) }
        for folder in [a, b] { for name: ByteString in ["d", "."] { try folder.setTime(name, 7) } }
        #expect(try digest(a, .full) == digest(b, .full))
    }
}
