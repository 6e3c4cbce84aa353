extension Work {
    static let members = Work(
        name: "members",
        title: """
            Pairs of tars of 1,000,000 members; one byte of one differs, and in the second pair \
            the first member is the last on the right
            """,
        bound: """
            In order, members are compared as they come by. Where the order diverges at the first \
            member, both sides are listed in memory before members are paired.
            """, space: 3 << 30,
        make: { bench in
            let tars = try ["left", "right", "moved"].map { try Tar(bench.path("\($0).tar")) }
            let count = bench.scaled(1_000_000)
            for index in 0..<count {
                var content = Array("content of \(index)\n".utf8)
                try tars[0].add(name(index), content)
                if index == count / 2 { content[0] ^= 0x20 }
                try tars[1].add(name(index), content)
                if index > 0 { try tars[2].add(name(index), content) }
            }
            try tars[2].add(name(0), Array("content of 0\n".utf8))
            for tar in tars { try tar.close() }
        },
        measure: { bench in
            let inOrder = try part(bench, "1,000,000 members", "right.tar")
            let moved = try part(bench, "1,000,000 members in another order", "moved.tar")
            return Section(
                rows: [inOrder.0, moved.0], timings: [inOrder.1, moved.1], window: nil)
        })

    private static func name(_ index: Int) -> String { "share/\(index / 1000)/file\(index)" }

    /// Measures one pair.
    private static func part(
        _ bench: Bench, _ title: String, _ right: String
    ) throws -> (Row, Timing) {
        let changed = name(bench.scaled(1_000_000) / 2)
        let result = try bench.checkedRun(
            bench.tally("compare", "left.tar", right, codes: 1...1),
            says: "\(changed): content differs", "offset 0: 1 byte")
        return (result.row(title, .memory, .below(300e6)), result.ours)
    }
}
