import Bytes
import Foundation
import TestSupport
import Testing

@testable import Rebuild

/// Root file systems made of packages.
@Suite(.enabled(if: Tally.isBuilt, "needs the program tally, built beside the tests"))
struct DebianRootTests {
    /// A root made of packages.
    private final class Made {
        let folder: TemporaryFolder
        let installed: [DebianRoot.Installed]
        var path: String { String(decoding: folder.path.bytes, as: UTF8.self) + "/root" }

        init(_ packages: [DebBuilder], isMerged: Bool = true, jobs: Int = 2) throws {
            folder = try TemporaryFolder()
            try folder.folder("pool")
            for (index, package) in packages.enumerated() {
                try folder.file(ByteString("pool/\(index).deb"), package.build())
            }
            let pool = try Pool(
                folder: folder.path(of: "pool"), launcher: Tally.launcher, jobs: jobs)
            try #require(pool.unreadable == [])
            installed = try DebianRoot(
                path: folder.path(of: "root"), isMerged: isMerged, launcher: Tally.launcher,
                jobs: jobs
            ).make(of: pool.entries)
        }

        func text(_ name: String) throws -> String {
            try String(contentsOfFile: path + "/" + name, encoding: .utf8)
        }

        func link(_ name: String) throws -> String {
            try FileManager.default.destinationOfSymbolicLink(atPath: path + "/" + name)
        }

        func exists(_ name: String) -> Bool {
            (try? FileManager.default.attributesOfItem(atPath: path + "/" + name)) != nil
        }

        func attribute(_ name: String, _ key: FileAttributeKey) throws -> Int {
            let value = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[key]
            if let date = value as? Date { return Int(date.timeIntervalSince1970) }
            return try #require(value as? Int)
        }
    }

    /// The error of packages that do not go together.
    private func refusal(_ packages: [DebBuilder]) -> RebuildError? {
        do {
            _ = try Made(packages)
            return nil
        } catch {
            return error as? RebuildError
        }
    }

    @Test func `files keep modes and times, and lose the rights of their owner`() throws {
        var package = DebBuilder("tally")
        var tool = TarBuilder.Entry("./bin/tool", Array("run".utf8))
        tool.mode = 0o4755
        tool.mtime = 1_000_000
        var folder = TarBuilder.Entry.other("./usr/share/thing/", type: "5", mode: 0o2750)
        folder.mtime = 2_000_000
        package.files = [
            folder, tool, .other("./usr/bin/also", type: "1", link: "./bin/tool"),
            .other("./usr/bin/soft", type: "2", link: "/etc/passwd"),
        ]
        let made = try Made([package])
        #expect(try made.text("usr/bin/tool") == "run")
        #expect(try made.attribute("usr/bin/tool", .posixPermissions) == 0o755)
        #expect(try made.attribute("usr/bin/tool", .modificationDate) == 1_000_000)
        #expect(try made.attribute("usr/bin/tool", .referenceCount) == 2)
        #expect(try made.attribute("usr/share/thing", .posixPermissions) == 0o750)
        #expect(try made.attribute("usr/share/thing", .modificationDate) == 2_000_000)
        #expect(try made.link("bin") == "usr/bin")
        #expect(try made.link("usr/bin/soft") == "/etc/passwd")
        #expect(
            made.installed.first?.list == [
                "/usr/share/thing", "/bin/tool", "/usr/bin/also", "/usr/bin/soft",
            ])
    }

    @Test func `without merging every path stays where it is`() throws {
        let made = try Made([DebBuilder("tally", [("./bin/tool", "run")])], isMerged: false)
        #expect(try made.text("bin/tool") == "run")
        #expect(!made.exists("usr/bin/tool"))
    }

    @Test func `dpkg finds its database`() throws {
        var package = DebBuilder("libtally", [("./usr/lib/x", "")])
        package.more = "Multi-Arch: same\nDescription: x\n y\n .\n z\n"
        package.scripts = [("shlibs", "libx 1 libtally\n")]
        let made = try Made([package, DebBuilder("tally")])
        #expect(
            try made.text("var/lib/dpkg/status") == """
                Package: libtally
                Status: install ok installed
                Version: 1.0
                Architecture: amd64
                Multi-Arch: same
                Description: x
                 y
                 .
                 z

                Package: tally
                Status: install ok installed
                Version: 1.0
                Architecture: amd64


                """)
        #expect(try made.text("var/lib/dpkg/info/libtally:amd64.list") == "/usr/lib/x\n")
        #expect(try made.text("var/lib/dpkg/info/libtally:amd64.shlibs") == "libx 1 libtally\n")
        #expect(made.exists("var/lib/dpkg/info/tally.list"))
        #expect(try made.text("var/lib/dpkg/info/format") == "1\n")
        #expect(try made.text("var/lib/dpkg/arch") == "amd64\n")
    }

    @Test(arguments: ["../outside", "./a/../../outside", "a/.."])
    func `no path leads out`(name: String) {
        let error = refusal([DebBuilder("tally", [(ByteString(name), "x")])])
        #expect(error?.code == .input)
    }

    @Test func `nothing is written through a link`() {
        var package = DebBuilder("tally")
        package.files = [
            .other("./usr/door", type: "2", link: "/tmp"), TarBuilder.Entry("./usr/door/x", [1]),
        ]
        #expect(refusal([package])?.message.contains("/usr/door") == true)
        var first = DebBuilder("first")
        first.files = [.other("./usr/door", type: "2", link: "..")]
        #expect(refusal([first, DebBuilder("second", [("./usr/door/x", "y")])])?.code == .input)
    }

    @Test(arguments: ["3", "4", "6"] as [Unicode.Scalar])
    func `devices and pipes are refused`(type: Unicode.Scalar) {
        var package = DebBuilder("tally")
        package.files = [.other("./dev/x", type: type)]
        #expect(refusal([package])?.code == .input)
    }

    @Test func `a link needs a file of its own package`() {
        var package = DebBuilder("tally")
        package.files = [.other("./usr/x", type: "1", link: "./etc/shadow")]
        #expect(refusal([package])?.code == .input)
    }

    @Test func `one path in two packages is an error that names both`() {
        let error = refusal([
            DebBuilder("one", [("./usr/x", "1")]), DebBuilder("two", [("./usr/x", "2")]),
        ])
        #expect(error?.code == .input)
        for name in ["one:amd64=1.0", "two:amd64=1.0", "/usr/x"] {
            #expect(error?.message.contains(name) == true)
        }
        let twice = refusal([DebBuilder("one", [("./usr/x", "1"), ("usr/x", "1")])])
        #expect(twice?.message.contains("twice") == true)
    }

    @Test func `files with the same bytes may be in two packages`() throws {
        let made = try Made([
            DebBuilder("one", [("./usr/x", "1")]), DebBuilder("two", [("./usr/x", "1")]),
        ])
        #expect(try made.text("usr/x") == "1")
    }

    @Test(
        arguments: [("", "new"), (" (<< 1.1)", "new"), (" (<< 1.0)", nil)] as [(String, String?)])
    func `a package takes over what it replaces, and no more`(bound: String, text: String?) throws {
        var new = DebBuilder("anew", [("./usr/x", "new")])
        new.more = "Replaces: old\(bound), another\n"
        let old = DebBuilder("old", [("./usr/x", "old"), ("./usr/y", "old")])
        for packages in [[new, old], [old, new]] {
            guard let text else {
                #expect(refusal(packages)?.code == .input)
                continue
            }
            for _ in 0..<4 {
                let made = try Made(packages)
                #expect(try made.text("usr/x") == text)
                #expect(try made.text("usr/y") == "old")
            }
        }
    }

    @Test func `alternatives lead to what is there with the highest priority`() throws {
        var awk = DebBuilder("mawk", [("./usr/bin/mawk", "m"), ("./usr/share/man/mawk.1", "")])
        awk.scripts = [
            (
                "postinst",
                """
                if [ "$1" = configure ]; then
                  update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5 \\
                    --slave /usr/share/man/awk.1 awk.1 /usr/share/man/mawk.1 # more
                  update-alternatives --install /usr/bin/awk awk /usr/bin/gone 99
                fi
                """
            )
        ]
        var make = DebBuilder("automake", [("./usr/bin/automake-1.16", "a")])
        make.scripts = [
            (
                "postinst",
                "ver=1.16\nupdate-alternatives --quiet --install \"/usr/bin/automake\" automake "
                    + "/usr/bin/automake-${ver} 160\nupdate-alternatives --install $1 x y 1\n"
            )
        ]
        let made = try Made([awk, make])
        #expect(try made.link("usr/bin/awk") == "/etc/alternatives/awk")
        #expect(try made.link("etc/alternatives/awk") == "/usr/bin/mawk")
        #expect(try made.link("usr/share/man/awk.1") == "/etc/alternatives/awk.1")
        #expect(try made.link("etc/alternatives/automake") == "/usr/bin/automake-1.16")
        #expect(
            try made.text("var/lib/dpkg/alternatives/awk")
                == "auto\n/usr/bin/awk\nawk.1\n/usr/share/man/awk.1\n\n/usr/bin/mawk\n5\n"
                + "/usr/share/man/mawk.1\n\n")
    }

    @Test func `catalogs of entities are registered`() throws {
        var package = DebBuilder("docbook")
        package.scripts = [
            (
                "postinst",
                "update-xmlcatalog --sort --add --type public --id \"-//A & B//DTD\" --package docbook "
                    + "--local /usr/share/xml/c.xml\n"
                    + "update-xmlcatalog --add --type public --id \"-//A\" --package docbook --root\n"
            )
        ]
        let made = try Made([package])
        #expect(try made.text("etc/xml/docbook.xml").contains("\"-//A &amp; B//DTD\""))
        #expect(try made.text("etc/xml/catalog").contains("file:///etc/xml/docbook.xml"))
    }

    @Test func `what scripts of essential packages make is there`() throws {
        let made = try Made([
            DebBuilder("base-files", [("./etc/dpkg/origins/debian", "")]),
            DebBuilder("base-passwd", [("./usr/share/base-passwd/passwd.master", "root:x:0:0\n")]),
            DebBuilder("dash", [("./bin/dash", "")]),
        ])
        #expect(try made.text("etc/passwd") == "root:x:0:0\n")
        #expect(try made.link("etc/dpkg/origins/default") == "debian")
        #expect(try made.link("bin/sh") == "dash")
        #expect(try made.attribute("tmp", .posixPermissions) == 0o1777)
        for name in ["proc", "sys", "dev", "build", "home", "run", "mnt"] {
            #expect(made.exists(name))
        }
    }
}
