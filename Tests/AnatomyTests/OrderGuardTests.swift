import Anatomy
import Bytes
import TestSupport
import Testing

struct OrderGuardTests {
    typealias Item = (name: ByteString, kind: Member.Kind, link: ByteString?)

    private func permits(_ items: [Item]) -> Bool {
        var guarding = OrderGuard()
        for item in items { guarding.add(name: item.name, kind: item.kind, link: item.link) }
        return guarding.pinnedCount == 0
    }

    private func files(_ names: ByteString...) -> [Item] { names.map { ($0, .file, nil) } }

    @Test func `plain files may come in any order`() {
        #expect(permits([]))
        #expect(permits(files("a", "b", "d/c")))
        #expect(permits([("d", .directory, nil)] + files("d/a", "d/b")))
    }

    @Test(arguments: [
        ["a", "a"], ["a", "./a"], ["a", "A"], ["a", "a/"], ["d//x", "d/x"], ["\u{e9}", "e\u{301}"],
        ["\u{212a}", "k"], ["stra\u{df}e", "STRASSE"], ["../a", "b"], ["d/../a", "b"],
        ["a", "a/b"], ["a/b", "A"], ["d/x", "D"],
    ])
    func `names that are one somewhere fix the order`(names: [String]) {
        #expect(!permits(names.map { (ByteString($0), .file, nil) }))
        #expect(!permits(names.reversed().map { (ByteString($0), .file, nil) }))
    }

    @Test func `names that are no text are kept apart where they can be`() {
        #expect(permits([(ByteString([0xff]), .file, nil), ("a", .file, nil)]))
        // Both read as the same replacement: rather too strict.
        #expect(!permits([(ByteString([0xff]), .file, nil), (ByteString([0xfe]), .file, nil)]))
    }

    @Test func `a path through a link fixes the order`() {
        #expect(!permits([("d", .symlink, "/tmp"), ("d/x", .file, nil)]))
        #expect(!permits([("d/x", .file, nil), ("d", .symlink, "/tmp")]))
        #expect(!permits([("D", .symlink, "/tmp"), ("d/x", .file, nil)]))
        #expect(permits([("l", .symlink, "/tmp"), ("d/x", .file, nil)]))
    }

    @Test func `hard links follow their targets, folders precede what they hold`() {
        #expect(permits([("a", .file, nil), ("b", .hardlink, "a")]))
        #expect(permits([("a", .file, nil), ("b", .hardlink, "./a")]))
        #expect(!permits([("b", .hardlink, "a"), ("a", .file, nil)]))
        #expect(!permits([("b", .hardlink, "elsewhere")]))
        #expect(permits([("a", .hardlink, "a")]))
        #expect(!permits([("d/a", .file, nil), ("b", .hardlink, "d")]))
        #expect(permits([("d", .directory, nil), ("d/a", .file, nil)]))
        #expect(!permits([("d/a", .file, nil), ("d", .directory, nil)]))
        #expect(!permits([("d/e/a", .file, nil), ("d", .directory, nil)]))
    }

    @Test func `two hard links to one target end the tolerance`() {
        #expect(
            !permits([("a", .file, nil), ("b", .hardlink, "a"), ("c", .hardlink, "./a")]))
    }

    private func pinning(_ items: [(ByteString, Bool)]) -> OrderGuard {
        var guarding = OrderGuard()
        for (name, keepsPlace) in items {
            guarding.add(name: name, kind: .file, link: nil, keepsPlace: keepsPlace)
        }
        return guarding
    }

    @Test func `members that keep their place are the first`() {
        #expect(pinning([("a", true), ("b", true), ("c", false)]).pinnedCount == 2)
        #expect(pinning([("a", true), ("b", true)]).pinnedCount == 2)
        #expect(pinning([("a", false), ("b", true)]).pinnedCount == nil)
        #expect(pinning([("a", true), ("b", false), ("c", true)]).pinnedCount == nil)
        #expect(pinning([("a", true), ("a", false)]).pinnedCount == nil)
    }

    @Test func `two sides have the same first members, or the order of all matters`() {
        let one = pinning([("a", true), ("b", false), ("c", false)])
        #expect(one.permitsOrder(of: pinning([("a", true), ("c", false), ("b", false)])))
        for other in [
            pinning([("b", true), ("a", false), ("c", false)]),
            pinning([("a", true), ("b", true), ("c", false)]),
            pinning([("a", false), ("b", false), ("c", false)]),
            pinning([("A", true), ("b", false), ("c", false)]),
            pinning([("a", true), ("b", false), ("b", false)]),
        ] {
            #expect(!one.permitsOrder(of: other) && !other.permitsOrder(of: one))
        }
    }

    @Test func `a path of thousands of folders costs little and ends the tolerance`() {
        var guarding = OrderGuard()
        let path = ByteString(Array(repeating: Array("a/".utf8), count: 30_000).joined())
        guarding.add(name: path, kind: .file, link: nil)
        #expect(guarding.pinnedCount == nil)
    }

    @Test func `canonical paths`() {
        for (name, path) in [
            ("./a", "a"), ("a//b/", "a/b"), ("/a", "a"), (".", ""), ("a/./b", "a/b"),
            ("../a", "../a"), (".a", ".a"),
        ] as [(ByteString, ByteString)] {
            #expect(OrderGuard.canonical(name) == path)
        }
    }
}

struct CompanionsTests {
    private func protects(
        _ compiled: ByteString, _ start: [UInt8], with others: [ByteString], _ name: ByteString
    ) -> Bool {
        var companions = Companions()
        for other in others { companions.add(other, start: []) }
        companions.add(compiled, start: start[...])
        return companions.protects(name)
    }

    private func pyc(_ flags: [UInt8]) -> [UInt8] {
        [0xa7, 0x0d, 0x0d, 0x0a] + flags + [1, 2, 3, 4]
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0], true), ([1, 0, 0, 0], false), ([3, 0, 0, 0], false),
            ([2, 0, 0, 0], true),
            ([1, 0, 0, 1], true), ([1, 1, 0, 0], true), ([], true), ([1, 0], true),
        ] as [([UInt8], Bool)])
    func `the flags of a pyc say whether time counts`(flags: [UInt8], isTimed: Bool) {
        for name: ByteString in ["m.pyc", "__pycache__/m.cpython-311.pyc"] {
            #expect(protects(name, pyc(flags), with: ["m.py"], "m.py") == isTimed)
        }
        // No Python that writes .pyo knows the flags.
        #expect(protects("m.pyo", pyc(flags), with: ["m.py"], "m.py"))
    }

    @Test(arguments: [
        ("d/__pycache__/m.cpython-311.pyc", "d/m.py"),
        ("__pycache__/m.cpython-311.opt-1.pyc", "m.py"), ("d/m.pyc", "d/m.py"),
        ("./d/m.pyc", "d/m.py"), ("d/m.pyc", "./d/m.py"), ("__pycache__/m.pyc", "m.py"),
    ])
    func `a pyc belongs to its source`(compiled: String, source: String) {
        #expect(protects(ByteString(compiled), pyc([0, 0, 0, 0]), with: [], ByteString(source)))
    }

    @Test func `a pyc belongs to no other source`() {
        let compiled: ByteString = "d/__pycache__/m.cpython-311.pyc"
        for other: ByteString in ["m.py", "d/n.py", "d/__pycache__/m.py", "e/m.py", "d/m.pyc"] {
            #expect(!protects(compiled, pyc([0, 0, 0, 0]), with: [], other))
        }
    }

    @Test func `emacs and clojure compare both times, where both files are there`() {
        #expect(protects("a.elc", [], with: ["a.el"], "a.el"))
        #expect(protects("a.elc", [], with: ["a.el"], "a.elc"))
        #expect(!protects("a.elc", [], with: ["b.el"], "a.elc"))
        #expect(protects("p/core__init.class", [], with: ["p/core.clj"], "p/core.clj"))
        #expect(protects("p/core__init.class", [], with: ["p/core.clj"], "p/core__init.class"))
        #expect(protects("p/core.class", [], with: ["p/core.cljc"], "p/core.class"))
        #expect(!protects("p/core.class", [], with: [], "p/core.class"))
        #expect(!protects("p/core.class", [], with: ["q/core.clj"], "p/core.class"))
    }

    @Test func `a source may be found under another case`() {
        let compiled: ByteString = "d/__pycache__/x.cpython-311.pyc"
        #expect(protects(compiled, pyc([0, 0, 0, 0]), with: [], "D/X.py"))
    }

    @Test func `programs of Guile are compared with sources anywhere, texts named alike are not`() {
        let elf: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1]
        for name: ByteString in ["share/guile/site/a.scm", "lib/guile/ccache/a.go"] {
            #expect(protects("lib/guile/ccache/a.go", elf, with: ["share/guile/site/a.scm"], name))
        }
        #expect(!protects("lib/guile/ccache/a.go", elf, with: [], "lib/guile/ccache/a.go"))
        #expect(!protects("main.go", Array("package main".utf8), with: ["a.scm"], "a.scm"))
    }

    @Test func `a compiled function of zsh may be checked against any member`() {
        var companions = Companions()
        companions.add("functions/_x", start: [])
        #expect(!companions.protectsAll)
        companions.add("functions/_x.zwc", start: [4, 3, 2, 7])
        #expect(companions.protectsAll)
    }

    @Test func `all that can be protected is asked about`() {
        for name: ByteString in [
            "a.py", "a.el", "a.elc", "a.clj", "a.cljc", "a.class", "a.scm", "a.go",
        ] {
            #expect(Companions.isTimed(name))
        }
        for name: ByteString in [
            "a.pyc", "a.elc", "a.el", "a.clj", "a.cljc", "a.class", "a.go", "a.scm", "a.zwc",
        ] {
            #expect(Companions.isWanted(name))
        }
        #expect(!Companions.isTimed("a.txt") && !Companions.isWanted("a.txt"))
    }
}
