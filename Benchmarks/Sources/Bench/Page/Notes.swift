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

    /// What bounds the works that miss a goal on the processor that this was written on (Ice Lake,
    /// two cores). The figures are in the table.
    static let bounds = """
        - **Identical trees**, against `diff -rq`: diff reads and compares and is done; the report \
        here has the SHA-256 of every file. Hashing at the speed of 16 lanes is a quarter of the \
        processor time; the kernel has most of the rest: copying, a fifth, and opening 40,000 files. `--no-digest` leaves the hashing out.
        - **4 GiB pair**: one stream of SHA-256 cannot be split, so that the one hash is the bound; \
        what is over is the other core's reading and comparing, which shares its memory and caches.
        - **.tar.gz**: two decodes by isa-l, less what both sides begin with. The time goes into \
        inflating and CRC-32; a run beside other work takes up to twice as long, as gzip does in \
        the same run.
        - **.tar.zst**: decoding by libzstd is what it takes; what is over is reading members and \
        comparing.
        - **Text, CPU**: 30 to 40 % is SHA-256 of files and extents, which GNU diff does not make; by \
        the clock it runs beside the search for lines.
        - **Members in another order**: the rest of both sides is held as an inventory, more than \
        1 KB per member. In the same order it takes 60 bytes.
        - **SHA extension**: on this processor one message alone keeps its unit busy (166 cycles a \
        block; each of four at once 184), so that several lanes gain nothing. libcrypto is within a \
        few cycles of that.
        """
}
