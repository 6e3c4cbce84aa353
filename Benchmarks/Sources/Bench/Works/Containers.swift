/// Works on archives and packages.
extension Work {
    /// Writes a tar of mostly text, about 27 KB a file, and returns where the middle of the file
    /// that differs lies in its content and in the tar.
    private static func makeTar(_ path: String, size: Int) throws -> (inFile: Int, inTar: Int) {
        let tar = try Tar(path)
        var (random, prose) = (SeededGenerator(5), Prose(5))
        let count = max(4, size / 27_500)
        var place = (0, 0)
        for index in 0..<count {
            let isText = index % 8 != 7 || index == count / 2
            let bytes = random.pick(1000...54_000)
            let content = isText ? prose.bytes(bytes) : random.bytes(bytes)
            let start = try tar.add("src/\(index / 100)/file\(index)", content)
            guard index == count / 2 else { continue }
            let middle = letter(in: content)
            place = (middle, start + middle)
        }
        try tar.close()
        return place
    }

    /// The offset of a letter near the middle.
    private static func letter(in text: [UInt8]) -> Int {
        (text.count / 2..<text.count).first { text[$0] > 0x60 } ?? text.count / 2
    }

    /// Makes the tars `left.tar` and `right.tar`, one letter of one file in the middle changed.
    private static func makeTars(_ bench: Bench, size: Int) throws {
        let place = try makeTar(bench.path("left.tar"), size: bench.scaled(size))
        try Disk.copy(bench.path("left.tar"), to: bench.path("right.tar"), changing: place.inTar)
        try Disk.write(bench.path("place"), Array("\(place.inFile)".utf8))
    }

    /// The member and the offset that a report has to name.
    private static func sayings(_ bench: Bench, size: Int) -> (String, String) {
        let middle = max(4, bench.scaled(size) / 27_500) / 2
        return (
            "src/\(middle / 100)/file\(middle): content differs",
            "offset \(Disk.text(bench.path("place"))): 1 byte"
        )
    }

    static let gzip = Work(
        name: "gzip",
        title: "A pair of .tar.gz, 300 MB decoded, one letter of one of 11,000 files differs",
        bound: """
            Inflating both sides. Before it is measured, the report is checked to name the member, \
            the offset in it and the changed line.
            """, space: 1 << 30, needs: [.gzip],
        make: { bench in
            try makeTars(bench, size: 300_000_000)
            try bench.run("gzip -n left.tar & gzip -n right.tar; wait")
        },
        measure: { bench in
            let compare = bench.compare("left.tar.gz", "right.tar.gz", differs: true)
            let (member, offset) = sayings(bench, size: 300_000_000)
            try bench.check(compare, says: member, offset, "lines: 1 removed, 1 added")
            let result = try bench.contest(
                compare, Command.shell(.gzip, "gzip -dc left.tar.gz right.tar.gz").discarded(),
                .peer(.diffoscope, "left.tar.gz", "right.tar.gz", codes: 1...1))
            return Section(
                rows: [
                    result.row(".tar.gz pair", .processor, .below(1.2)),
                    result.row(".tar.gz pair", .processor, .faster(25, .diffoscope)),
                    result.row(".tar.gz pair, against decoding both", .processor, .none(.gzip)),
                ], timings: result.timings)
        })

    static let deb = Work(
        name: "deb",
        title: "A pair of .deb with data.tar.xz of one block, 100 MB decoded, one letter differs",
        bound: """
            LZMA: the decoding of one side, if each side has a core; a stream of one block cannot \
            be decoded on two.
            """, space: 300 << 20, needs: [.xz],
        make: { bench in
            try makeTars(bench, size: 100_000_000)
            let control = try Tar(bench.path("control.tar"))
            try control.add("./control", Array("Package: bench\nVersion: 1\n".utf8))
            try control.close()
            try bench.run("xz -T1 -k left.tar & xz -T1 -k right.tar & xz -T1 -k control.tar; wait")
            for side in ["left", "right"] {
                try Deb.write(
                    bench.path("\(side).deb"), control: bench.path("control.tar.xz"),
                    data: bench.path("\(side).tar.xz"))
            }
        },
        measure: { bench in
            let compare = bench.compare("left.deb", "right.deb", differs: true)
            let (member, offset) = sayings(bench, size: 100_000_000)
            try bench.check(compare, says: "data.tar.xz", member, offset)
            let result = try bench.contest(
                compare, Command.peer(.xz, "-dc", "left.tar.xz").discarded())
            return Section(
                rows: [
                    result.row(".deb pair, against xz -dc of one side", .wall, .atMost(1.25, .xz)),
                    result.row(".deb pair, against xz -dc of one side", .processor, .none(.xz)),
                ], timings: result.timings, window: 16 << 20)
        })

    static let zstd = Work(
        name: "zstd",
        title: "A pair of .tar.zst, 300 MB decoded, one letter of one of 11,000 files differs",
        bound: "Decoding both sides, and comparing what they hold.", space: 1 << 30, needs: [.zstd],
        make: { bench in
            try makeTars(bench, size: 300_000_000)
            try bench.run("zstd -q --rm left.tar right.tar")
        },
        measure: { bench in
            let compare = bench.compare("left.tar.zst", "right.tar.zst", differs: true)
            let (member, offset) = sayings(bench, size: 300_000_000)
            try bench.check(compare, says: member, offset)
            let decode = Command.peer(.zstd, "-q", "-dc", "left.tar.zst", "right.tar.zst")
            let result = try bench.contest(compare, decode.discarded())
            return Section(
                rows: [
                    result.row(
                        ".tar.zst pair, against decoding both", .processor, .atMost(1.4, .zstd))
                ], timings: result.timings, window: 4 << 20)
        })
}
