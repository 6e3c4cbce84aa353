/// Works on whole trees.
extension Work {
    private static func makeTree(_ bench: Bench, _ name: String) throws {
        try Tree.make(
            bench.path(name), count: bench.scaled(20_000), sizes: 1024...101_000, seed: 2)
    }

    static let digest = Work(
        name: "digest", title: "SHA-256 of all files of a tree of 20,000 files, 1 GB",
        bound: """
            SHA-256, then the reading of small files. `tally` uses all cores, and on each the \
            kernel for many messages; the peers, started by xargs, hash one file after the other \
            on one core. Before it is measured, `tally digest -c` checks each file against the \
            list that `sha256sum` makes.
            """, space: 1 << 30,
        make: { try makeTree($0, "tree") },
        measure: { bench in
            let files = "find tree -type f -print0 | xargs -0"
            if Peer.sha256sum.isPresent {
                try bench.run("\(files) sha256sum > sums")
                try bench.check(bench.tally("digest", "-c", "sums"), says: "tree/0/file0: OK")
            }
            let result = try bench.contest(
                bench.tally("digest", "tree"), .shell(.sha256sum, "\(files) sha256sum"),
                .shell(.openssl, "\(files) openssl dgst -sha256"))
            return Section(
                rows: [
                    result.row("digest of a tree", .wall, .faster(8, .sha256sum)),
                    result.row("digest of a tree", .wall, .faster(2.5, .openssl)),
                    result.row("digest of a tree", .processor, .none(.openssl)),
                ], timings: result.timings)
        })

    static let trees = Work(
        name: "trees", title: "Two identical trees of 20,000 files, 1 GB each",
        bound: """
            The reading of 2 GB, and the SHA-256 of one side: equal files are hashed once. The \
            peers make no digests.
            """, space: 2 << 30,
        make: { bench in
            try makeTree(bench, "left")
            try makeTree(bench, "right")
        },
        measure: { bench in
            let compare = bench.compare("left", "right", differs: false)
            try bench.check(compare, says: "IDENTICAL")
            let result = try bench.contest(
                compare, .peer(.diff, "-rq", "left", "right"),
                .peer(.rsync, "-nac", "--delete", "left/", "right/"),
                .peer(.git, "diff", "--no-index", "--stat", "left", "right"))
            return Section(
                rows: [
                    result.row("identical trees", .wall, .atMost(0.6, .diff)),
                    result.row("identical trees", .wall, .none(.rsync)),
                    result.row("identical trees", .wall, .none(.git)),
                ], timings: result.timings)
        })
}
