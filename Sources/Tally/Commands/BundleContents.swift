import ArgumentParser
import Attestation
import Bytes
import Hashing
import Signing
import Trust

/// What is put into a bundle.
struct BundleContents: ParsableArguments {
    @Argument(
        help: """
            Attestations, approvals, provenance, signed policies: DSSE envelopes, JSON Lines of \
            them, Sigstore bundles, other bundles, or folders of these.
            """)
    var files: [Path] = []

    @Option(help: "A public key to compare with; nobody trusts it for being there.")
    var publicKey: [Path] = []

    @Option(
        help: """
            TYPE=FILE: name a file that travels beside, as application/spdx+json=sbom.json, by its \
            SHA-256.
            """)
    var reference: [Path] = []

    @Flag(name: .shortAndLong, help: "Say nothing on the standard streams but errors.")
    var quiet = false

    /// Finds wrong usage.
    func check() throws {
        guard !files.isEmpty || !publicKey.isEmpty || !reference.isEmpty else {
            throw ValidationError("Name something to put into the bundle.")
        }
        _ = try reference.map { try BundleContents.parts($0) }
    }

    /// Writes what is in some bundles and what is named here as one bundle.
    func write(_ earlier: [Bundle], to output: Path) throws {
        let own = Bundle(
            keys: try publicKey.map { try Input.publicKey($0) },
            references: try reference.map { try BundleContents.reference($0) })
        var leftOut: [ByteString] = []
        let all = earlier + (try files.flatMap { try BundleContents.bundles($0, &leftOut) })
        let bundle = Bundle(joining: all + [own])
        let text = try attesting { () throws(AttestationError) in try bundle.text() }
        try OutputFile.write(text, to: output)
        guard !quiet else { return }
        try Console.print("\(output.shown): \(bundle.lines[0])\n")
        let skipped = all.reduce(0) { $0 + $1.skipped }
        if skipped > 0 { try Console.print("\(skipped) lines are not known here and left out\n") }
        for name in leftOut {
            try Console.print("\(name.escaped): nothing for a bundle; left out\n")
        }
    }

    /// The contents of a file, or of the files of a folder, where others may lie too, which are
    /// named.
    private static func bundles(
        _ path: Path, _ leftOut: inout [ByteString]
    ) throws -> [Bundle] {
        guard Input.isFolder(path) else { return [try Input.bundle(path)] }
        var bundles: [Bundle] = []
        for file in try EvidenceFolder.files(path) {
            switch file.load() {
            case .unreadable(let message): throw Trouble("\(file.name.escaped): \(message)")
            case .bytes(let bytes):
                if let bundle = try? Bundle(importing: bytes) {
                    bundles.append(bundle)
                } else {
                    leftOut.append(file.name)
                }
            }
        }
        return bundles
    }

    /// A reference to a file as it is now.
    private static func reference(_ option: Path) throws -> Bundle.Reference {
        let (type, path) = try parts(option)
        let file = try FileSource(path: path.name)
        let sha256 = try SHA256.digest(of: file)
        try file.checkUnchanged()
        let name = path.name.bytes.split(separator: UInt8(ascii: "/")).last ?? []
        return Bundle.Reference(name: ByteString(name), mediaType: type, sha256: sha256)
    }

    /// The media type and the path of `TYPE=FILE`.
    private static func parts(_ option: Path) throws -> (type: String, path: Path) {
        let parts = option.name.bytes.split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let type = parts[0].map { Character(Unicode.Scalar($0)) }
        guard parts.count == 2, !parts[1].isEmpty, type.contains("/"),
            type.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/.+-_".contains($0)) })
        else {
            throw ValidationError("--reference is TYPE=FILE, as application/spdx+json=sbom.json.")
        }
        return (String(type), Path(ByteString(parts[1])))
    }
}
