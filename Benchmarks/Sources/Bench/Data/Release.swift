/// A release of small files, each of which two rebuilders attest, and the policy that wants both.
struct Release {
    /// The moment as of which it is to be judged.
    static let moment = "2026-02-01T00:00:00Z"

    private let root: Signer
    private let rebuilders: [Signer]

    init() throws {
        root = try Signer(1)
        rebuilders = [try Signer(2), try Signer(3)]
    }

    /// Writes a folder of `count / 2` files, their `count` attestations as files of a folder and as
    /// one bundle, and the policy with the key that signed it.
    func write(_ count: Int, to bench: Bench) throws {
        try Disk.makeFolder(bench.path("release"))
        try Disk.makeFolder(bench.path("evidence"))
        let bundle = try OutputFile(bench.path("release.bundle"))
        try bundle.write(Array("{\"format\":\"tallystick/bundle/v1\"}\n".utf8))
        for index in 0..<max(1, count / 2) {
            let content = Array("file \(index)\n".utf8)
            try Disk.write(bench.path("release/file\(index)"), content)
            let statement = try Release.statement("file\(index)", content)
            for (number, signer) in rebuilders.enumerated() {
                let line = try signer.envelope(statement, type: "application/vnd.in-toto+json")
                try Disk.write(bench.path("evidence/\(index)-\(number).att"), line)
                try bundle.write(line)
            }
        }
        try bundle.close()
        try Disk.write(bench.path("root.pub"), Array(root.pem.utf8))
        let type = "application/vnd.tallystick.policy+toml"
        try Disk.write(
            bench.path("acme.policy"), try root.envelope(Array(policy.utf8), type: type))
    }

    private var policy: String {
        """
        format = "tallystick/policy/v1"
        name = "acme"
        version = 1
        expires = 2030-01-01T00:00:00Z
        [root]
        keys = ["root"]
        threshold = 1
        [key.root]
        public = "\(root.publicKey)"
        operator = "root"
        [key.one]
        public = "\(rebuilders[0].publicKey)"
        operator = "one"
        roles = ["rebuilder"]
        [key.two]
        public = "\(rebuilders[1].publicKey)"
        operator = "two"
        roles = ["rebuilder"]
        [group.rebuilders]
        keys = ["one", "two"]
        [[agreement]]
        group = "rebuilders"
        threshold = 2

        """
    }

    /// What `tally attest` says of a file that was built twice.
    private static func statement(_ name: String, _ content: [UInt8]) throws -> [UInt8] {
        let short = try Signer.digest("SHA256", of: content)
        let long = try Signer.digest("SHA512", of: content)
        let build = """
            {"name":"\(name)","kind":"file","digest":{"sha256":"\(short)"},"size":\(content.count),\
            "normalForm":{"sha256":"\(short)"},"builder":"undeclared","provenance":"undeclared"}
            """
        return Array(
            """
            {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"\(name)","digest":\
            {"sha256":"\(short)","sha512":"\(long)"}}],"predicateType":\
            "https://tallystick.dev/attestation/identical/v1","predicate":{"basis":"compared",\
            "verdict":"identical","complete":true,"time":"2026-01-31T12:00:00Z","subject":"left",\
            "builds":{"left":\(build),"right":\(build),"sameFile":false},"inputs":"undeclared",\
            "view":"portable","profile":{"name":"archive","digest":{"sha256":"\(short)"}},\
            "normalizations":[],"findings":{"roots":0,"derived":0,"omitted":0,"listed":[]},\
            "unread":{"count":0,"listed":[]},"excluded":[],"tool":{"name":"tally","version":"0.1"},\
            "hashedAgain":true,"notes":[]}}
            """.utf8)
    }
}
