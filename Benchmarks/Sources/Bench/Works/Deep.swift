extension Work {
    private static let changed = 40_000

    static let deep = Work(
        name: "deep",
        title: """
            Two trees of 2,000 files, 200 MB each; one byte differs, in a file in a data.tar.xz in \
            a .deb in a .zip in a .tar.gz
            """,
        bound: """
            The reading and hashing of both trees; the containers are small. diffoscope is asked \
            not to look at the times of folders, which only slows it down.
            """, space: 400 << 20, needs: [.gzip, .xz],
        make: { bench in
            for (index, side) in ["left", "right"].enumerated() {
                try Tree.make(
                    bench.path(side), count: bench.scaled(1999), sizes: 2000...200_000, seed: 6)
                try makeBundle(bench, isChanged: index == 1)
                try Disk.copy(bench.path("bundle.tar.gz"), to: bench.path("\(side)/bundle.tar.gz"))
                Disk.stamp(bench.path(side))
            }
        },
        measure: { bench in
            let compare = bench.compare("left", "right", differs: true)
            let chain = "inner.zip › tool.deb › data.tar.xz › "
            try bench.check(compare, says: chain, "usr/bin/tool", "offset \(changed): 1 byte")
            let result = try bench.contest(
                compare,
                .peer(
                    .diffoscope, "--exclude-directory-metadata=yes", "left", "right", codes: 1...1))
            return Section(
                rows: [
                    result.row(
                        "one byte four containers deep", .processor, .faster(20, .diffoscope))
                ],
                timings: result.timings, window: 16 << 20)
        })

    /// Makes `bundle.tar.gz`.
    private static func makeBundle(_ bench: Bench, isChanged: Bool) throws {
        var random = SeededGenerator(7)
        var tool = random.bytes(80_000)
        if isChanged { tool[changed] ^= 1 }
        try pack(
            bench.path("data.tar"),
            ["./usr/bin/other": random.bytes(50_000), "./usr/bin/tool": tool])
        try pack(
            bench.path("control.tar"), ["./control": Array("Package: tool\nVersion: 1\n".utf8)])
        try bench.run("xz -f -T1 data.tar control.tar")
        try Deb.write(
            bench.path("tool.deb"), control: bench.path("control.tar.xz"),
            data: bench.path("data.tar.xz"))
        var zip = Zip()
        zip.add("readme", Array("A package.\n".utf8))
        zip.add("tool.deb", Disk.bytes(bench.path("tool.deb")))
        try pack(
            bench.path("bundle.tar"), ["inner.zip": zip.bytes, "notes": Array("None.\n".utf8)])
        try bench.run("gzip -f -n bundle.tar")
    }

    /// Writes a tar of files in the order of their names.
    private static func pack(_ path: String, _ files: [String: [UInt8]]) throws {
        let tar = try Tar(path)
        for (name, content) in files.sorted(by: { $0.key < $1.key }) { try tar.add(name, content) }
        try tar.close()
    }
}
