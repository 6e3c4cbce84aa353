import Archives
import Bytes
import TestSupport
import Testing

@testable import Rebuild

/// Locks, and what is said when they do not hold.
@Suite struct LockTests {
    /// A recipe of a tree, a file and a tool, in a folder of its own.
    private struct Example {
        let folder: TemporaryFolder

        init() throws {
            folder = try TemporaryFolder()
            try folder.folder("src")
            try folder.file("src/a.c", Array("int a;".utf8))
            try folder.file("src/run", Array("#!/bin/sh".utf8), mode: 0o755)
            try folder.link("src/l", to: "a.c")
            try folder.folder("src/empty")
            try folder.file("extra.txt", Array("extra".utf8))
            try folder.folder("tools")
            try folder.folder("tools/bin")
            try folder.file("tools/bin/cc", Array("compiler".utf8), mode: 0o755)
            try folder.file("tools/secret", Array("no".utf8))
        }

        func recipe(_ rest: String = "") throws -> Recipe {
            let text = """
                format = "tallystick/recipe/v1"
                name = "x"
                commands = ["true"]
                outputs = ["out"]
                \(rest)
                [[source]]
                tree = "src"
                [[source]]
                file = "extra.txt"
                at = "docs/extra.txt"
                [[tool]]
                tree = "tools"
                at = "/usr"
                exclude = ["secret"]
                """
            return try Recipe(text: Array(text.utf8), base: folder.path)
        }

        func measured(_ rest: String = "") throws -> MeasuredInputs {
            try MeasuredInputs(try recipe(rest), HashWork(jobs: 2))
        }

        func prepare(_ lock: Lock?, _ listing: Listing?, _ rest: String = "") throws
            -> PreparedRecipe
        {
            folder.remove("work")
            try folder.folder("work")
            return try recipe(rest).prepare(
                lock: lock, listing: listing, in: folder.path(of: "work"),
                launcher: ArchiveLauncher(program: "/bin/false", seconds: 1),
                hashing: HashWork(jobs: 2))
        }
    }

    @Test("a lock is read back from its text, and no other text is one")
    func text() throws {
        let lock = try Example().measured().lock
        let text = lock.text
        #expect(try Lock(text: text, origin: "it") == lock)
        var refused = 0
        for index in text.indices {
            var other = text
            other[index] ^= 1
            if let read = try? Lock(text: other, origin: "it") {
                // Another name or digest is another lock.
                #expect(read != lock)
            } else {
                refused += 1
            }
        }
        #expect(refused > text.count / 8)
        #expect(throws: RebuildError.self) { try Lock(text: text + [0x0a], origin: "it") }
    }

    @Test("a lock says the same of the same inputs, wherever they are")
    func portable() throws {
        let (one, two) = (try Example().measured(), try Example().measured())
        #expect(one.lock == two.lock)
        #expect(one.listing == two.listing)
        #expect(one.differences(from: two.lock, listing: nil).isEmpty)
    }

    /// A change of the inputs, and what is said of it.
    private static let changes:
        [(name: String, message: String, make: @Sendable (TemporaryFolder) throws -> Void)] = [
            (
                "other bytes", "source \"src\" is different: a.c is changed",
                { try $0.file("src/a.c", [1]) }
            ),
            (
                "other rights", "source \"src\" is different: a.c is changed",
                { try $0.file("src/a.c", Array("int a;".utf8), mode: 0o744) }
            ),
            (
                "an extra file", "source \"src\" is different: empty/new is extra",
                { try $0.file("src/empty/new", []) }
            ),
            (
                "a missing file", "source \"src\" is different: run is missing",
                { $0.remove("src/run") }
            ),
            (
                "a missing folder", "source \"src\" is different: empty is missing",
                { $0.remove("src/empty") }
            ),
            (
                "another target", "source \"src\" is different: l is changed",
                {
                    $0.remove("src/l")
                    try $0.link("src/l", to: "run")
                }
            ),
            (
                "many",
                "source \"src\" is different: a.c is missing, n is extra, n1 is extra, and 1 more",
                {
                    $0.remove("src/a.c")
                    for name in ["n", "n1", "n2"] as [ByteString] {
                        try $0.file(ByteString(Array("src/".utf8) + name.bytes), [])
                    }
                }
            ),
            (
                "another file", "source \"extra.txt\" is different: its SHA-256 is",
                { try $0.file("extra.txt", [0]) }
            ),
            ("a gone file", "source \"extra.txt\": cannot open", { $0.remove("extra.txt") }),
            ("a gone tree", "tool \"tools\": cannot look at", { $0.remove("tools") }),
            (
                "another tool", "tool \"tools\" is different: bin/cc is changed",
                { try $0.file("tools/bin/cc", [0], mode: 0o755) }
            ),
        ]

    @Test(
        "an input that is missing, extra or different is refused by name",
        arguments: changes.indices)
    func changed(_ index: Int) throws {
        let change = LockTests.changes[index]
        let example = try Example()
        let before = try example.measured()
        let listing = Listing(text: before.listing)
        _ = try example.prepare(before.lock, listing)
        try change.make(example.folder)
        let error = #expect(throws: RebuildError.self, "\(change.name)") {
            try example.prepare(before.lock, listing)
        }
        #expect(error?.code == .input)
        #expect(error?.message.hasPrefix(change.message) == true, "\(error?.message ?? "")")
    }

    @Test("what is excluded does not count, is not copied, and is hidden in a tool")
    func excluded() throws {
        let example = try Example()
        let before = try example.measured().lock
        try example.folder.file("tools/secret", Array("other".utf8))
        #expect(try example.measured().lock == before)
        let job = try example.prepare(before, nil).job
        let hidden = try #require(job.inputs.last)
        #expect(hidden.place == "/usr/secret")
        #expect(hidden.mode == .mounted)
        #expect(hidden.source == example.folder.path(of: "work/hidden/file"))
    }

    @Test("another recipe is refused, and so is a lock that was tampered with")
    func tampered() throws {
        let example = try Example()
        let lock = try example.measured().lock
        let other = #expect(throws: RebuildError.self) {
            try example.prepare(lock, nil, "source-date-epoch = 1")
        }
        #expect(other?.message.hasPrefix("the recipe is not the one that was locked") == true)
        let text = String(decoding: lock.text, as: UTF8.self)
        let wrong = text.replacing(lock.root.sha256.hex, with: lock.recipe.sha256.hex)
        let forged = try Lock(text: Array(wrong.utf8), origin: "it")
        let error = #expect(throws: RebuildError.self) { try example.prepare(forged, nil) }
        #expect(error?.message == "the lock contradicts itself: its root is another")
    }

    @Test("a listing is believed only where its digest is the lock's")
    func listing() throws {
        let example = try Example()
        let before = try example.measured()
        try example.folder.file("src/a.c", [1])
        let now = try example.measured()
        let forged = String(decoding: before.listing, as: UTF8.self).replacing(
            "\"run\"", with: "\"ran\"")
        let told = now.differences(
            from: before.lock, listing: Listing(text: Array(forged.utf8)))
        #expect(told.count == 1)
        #expect(told.first?.contains("no listing beside the lock says which paths") == true)
        #expect(
            now.differences(from: before.lock, listing: Listing(text: before.listing)) == [
                "source \"src\" is different: a.c is changed"
            ])
    }

    @Test("the job has copies of sources, mounts of tools, and a root for them")
    func job() throws {
        let example = try Example()
        let prepared = try example.prepare(nil, nil)
        let inputs = prepared.job.inputs
        #expect(inputs.map(\.mode) == [.copied, .copied, .mounted, .mounted])
        #expect(inputs.map(\.place) == [".", ".", "/usr", "/usr/secret"])
        #expect(inputs[2].source == example.folder.path(of: "tools"))
        let root = example.folder.path(of: "work/root")
        let names = try Folder(path: root).names()
        #expect(names == ["bin", "dev", "etc", "proc", "sys", "tmp", "usr"])
        #expect(try Folder(path: root).target("bin") == "usr/bin")
        #expect(prepared.inputs.map(\.name) == ["recipe", "src", "extra.txt", "tools"])
        try example.folder.file("src/a.c", [2])
        let copy = try FileSource(path: inputs[0].source.appending("a.c"))
        #expect(try copy.read(ByteRange(start: 0, length: copy.size)) == Array("int a;".utf8))
        try prepared.checkInputs(HashWork(jobs: 1))
        try example.folder.file("tools/bin/cc", [2], mode: 0o755)
        let error = #expect(throws: RebuildError.self) {
            try prepared.checkInputs(HashWork(jobs: 1))
        }
        #expect(error?.message.contains("changed while it was built with") == true)
        #expect(error?.message.hasSuffix("bin/cc") == true)
    }

    @Test("sources in each other's way are refused")
    func conflict() throws {
        let example = try Example()
        try example.folder.folder("src/docs")
        try example.folder.file("src/docs/extra.txt", [])
        let error = #expect(throws: RebuildError.self) { try example.measured() }
        #expect(error?.code == .declaration)
        #expect(error?.message.contains("brings docs/extra.txt into the build folder") == true)
    }
}
