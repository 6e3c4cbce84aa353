/// Works on signed evidence.
extension Work {
    static let attestations = Work(
        name: "attestations",
        title: "10,000 attestations (Ed25519) of 5,000 files by two operators, against one policy",
        bound: """
            The verification of 10,000 signatures, about 0.1 ms each on every core, and the strict \
            reading of 10,000 envelopes and statements. Files of evidence are read on all threads; \
            a bundle is one text, which is taken apart on one. Before it is measured, the answer is \
            checked to be yes.
            """, space: 80 << 20,
        make: { bench in try Release().write(bench.scaled(10_000), to: bench) },
        measure: { bench in
            let (folder, bundle) = (verify(bench, "evidence"), verify(bench, "release.bundle"))
            for command in [folder, bundle] {
                try bench.check(command, says: "accepted: release/file0: every demand of policy")
            }
            let result = try bench.contest(folder)
            let single = try bench.contest(bundle)
            return Section(
                rows: [
                    result.row("10,000 attestations in a folder", .wall, .below(10)),
                    single.row("10,000 attestations in a bundle", .wall, .below(10)),
                ], timings: result.timings + single.timings, window: nil)
        })

    private static func verify(_ bench: Bench, _ evidence: String) -> Command {
        bench.tally(
            "verify", "release", "--attestation", evidence, "--policy", "acme.policy",
            "--policy-key", "root.pub", "--at", Release.moment, "--format", "json")
    }
}
