import Anatomy
import Archives
import ArgumentParser
import Bytes
import Formats

/// `tally inspect FILE[@OFFSET]`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Print a file's anatomy, or which field owns a byte.")

    @Argument(help: "A file; with @OFFSET behind it, one byte of it.")
    var target: Path

    @Flag(name: .shortAndLong, help: "Look into members too.")
    var recursive = false

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions

    /// Lists what can be read, and exits with 4 if something ended the listing early.
    func run() throws {
        try reportingTrouble {
            let (path, offset) = split()
            let file = try FileSource(path: path.name)
            if let offset, offset >= file.size {
                throw Trouble("there is no byte \(offset): the file ends at \(file.size)")
            }
            let engine = Engine(
                formats: Format.all(reader: limits.reader), limits: limits.limits,
                spool: limits.keeper,
                artifactSize: file.size)
            var listing = AnatomyListing(engine: engine, offset: offset, isRecursive: recursive)
            listing.list(engine.layer(file), [], depth: 0)
            let isJSON = output.format == .json
            try output.write(isJSON ? listing.json : Array(listing.text.utf8))
            return listing.problem == nil ? 0 : 4
        }
    }

    /// A name may end like an offset: what exists under the whole name is meant.
    private func split() -> (Path, UInt64?) {
        let bytes = target.name.bytes
        guard let sign = bytes.lastIndex(of: UInt8(ascii: "@")),
            (try? FileSource(path: target.name)) == nil,
            let offset = UInt64(String(decoding: bytes[(sign + 1)...], as: UTF8.self))
        else { return (target, nil) }
        return (Path(ByteString(bytes[..<sign])), offset)
    }
}
