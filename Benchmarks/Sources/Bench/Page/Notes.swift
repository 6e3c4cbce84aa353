/// What the page says by hand. No figure stands here: figures are measured.
enum Notes {
    static let head = """
        Written by `Benchmarks/`, the whole page, by the command below; nothing is added by hand. \
        A row that misses its goal says so. Figures of another machine are other figures: run it \
        there.
        """

    static let method = """
        - Commands of one work run in turn, A B C A B C. What is shown is the median of the runs; \
        a *ratio* is the median of the ratios of each round: tally's figure over the peer's, or, \
        where it says *times*, how many times as fast tally is. A program that has taken half a minute \
        is not run again.
        - Data is made from a seed and read once before: caches are warm. The release binary runs \
        as a user would run it, with its default number of jobs, and writes its whole report, \
        `--format json` with all digests, unless the command says otherwise.
        - The output of each command goes to a file, because GNU cmp does less where it sees \
        `/dev/null`; that of decoders is thrown away.
        - *CPU* is user and system time of the process and its children. *Peak memory* is the \
        largest resident set of one process, `ru_maxrss` of `wait4`. It is never below what the \
        runner itself held, which is given above as *floor of peak memory*. MB are 1,000,000 \
        bytes.
        - *Used by others* is what other programs took of the processors in the second before each \
        work, in the median and at most.
        - Before a work is measured, the answer is checked: the verdict, the member, the offset, \
        how many lines. A wrong answer ends in *WRONG* in place of figures, and the run fails. A \
        goal that is missed does not make it fail: timing never decides a test.
        - `make bench ONLY="digest text" RUNS=9` measures some works, `SCALE=0.01` with little \
        data; both print, and write no page. `make bench-peers` installs the peers. Works whose \
        data fits neither the free disk nor the free memory are left out; the largest needs \
        about 9 GB of each.
        """
}
