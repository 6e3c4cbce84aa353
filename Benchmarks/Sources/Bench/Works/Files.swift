/// Works on single files of bytes that no format explains.
extension Work {
    static let pair = Work(
        name: "pair", title: "Two identical files of 4 GiB of random bytes",
        bound: """
            With digests, SHA-256 of one stream, which one core has to do: both sides are hashed \
            once, while they agree. Without, the memory that is read.
            """, space: 8 << 30,
        make: { bench in
            try Disk.write(bench.path("left"), size: bench.scaled(4 << 30), seed: 3)
            try Disk.copy(bench.path("left"), to: bench.path("right"))
        },
        measure: { bench in
            let compare = bench.compare("left", "right", differs: false)
            let hash = Command.peer(.openssl, "dgst", "-sha256", "-r", "left")
            let digest = hash.isPresent ? String(try bench.answer(hash).prefix(64)) : ""
            try bench.check(compare, says: "IDENTICAL", digest)
            let full = try bench.contest(compare, hash)
            let quick = try bench.contest(
                bench.compare("left", "right", "--no-digest", differs: false),
                .peer(.cmp, "left", "right"),
                .peer(.git, "diff", "--no-index", "--stat", "left", "right"))
            return Section(
                rows: [
                    full.row(
                        "4 GiB pair, against one hash of one side", .wall, .atMost(1.05, .openssl)),
                    quick.row("4 GiB pair, no digests", .wall, .atMost(0.35, .cmp)),
                    quick.row("4 GiB pair, no digests", .wall, .none(.git)),
                ], timings: full.timings + quick.timings)
        })

    static let blob = Work(
        name: "blob", title: "Two files of 100 MiB of random bytes, one byte differs",
        bound: "SHA-256 of both sides from the difference on, on two cores.", space: 200 << 20,
        needs: [],
        make: { bench in
            let size = bench.scaled(100 << 20)
            try Disk.write(bench.path("left"), size: size, seed: 4)
            try Disk.copy(bench.path("left"), to: bench.path("right"), changing: size / 4 * 3)
        },
        measure: { bench in
            let offset = bench.scaled(100 << 20) / 4 * 3
            let compare = bench.compare("left", "right", differs: true)
            try bench.check(compare, says: "1 root difference", "offset \(offset): 1 byte")
            let result = try bench.contest(
                compare, .peer(.cmp, "-l", "left", "right", codes: 1...1),
                .peer(.diffoscope, "left", "right", codes: 1...1))
            return Section(
                rows: [
                    result.row("100 MiB blob, one byte", .wall, .below(0.15)),
                    result.row("100 MiB blob, one byte", .processor, .none(.cmp)),
                    result.row("100 MiB blob, one byte", .processor, .none(.diffoscope)),
                ], timings: result.timings)
        })
}
