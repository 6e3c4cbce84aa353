extension Work {
    /// All works, in the order of the page. The kernels come last: what they keep in memory would
    /// count for every program that is started afterwards.
    static let all: [Work] = [
        .start, .digest, .trees, .pair, .blob, .deep, .gzip, .deb, .zstd, .text, .members,
        .attestations, .kernels,
    ]
}
