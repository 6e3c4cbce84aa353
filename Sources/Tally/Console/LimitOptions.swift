import Anatomy
import ArgumentParser
import Bytes

/// What artifacts may demand, and where bytes are kept.
struct LimitOptions: ParsableArguments {
    @Option(help: "Layers inside each other.")
    var maxDepth = Limits().depth

    @Option(help: "Members of one container.")
    var maxMembers = Limits().members

    @Option(help: "Bytes of one header.")
    var maxHeader = Limits().headerSize

    @Option(help: "Bytes that decoders may yield in all, per side.")
    var maxExpanded = Limits().expandedBytes

    @Option(help: "How many times its own size an artifact may decode to.")
    var maxRatio = Limits().ratio

    @Option(help: "Bytes of a text that is searched for changed lines.")
    var maxText = Limits().textSize

    @Option(help: "Bytes that may be kept aside at a time.")
    var spool: UInt64 = 4 << 30

    @Option(help: "The folder for unnamed temporary files.")
    var work: Path?

    /// Zero would refuse everything, which nobody means.
    func validate() throws {
        guard maxDepth > 0, maxMembers > 0, maxHeader > 0, maxRatio > 0 else {
            throw ValidationError("A limit is a positive number.")
        }
    }

    /// The limits as one value.
    var limits: Limits {
        var limits = Limits()
        limits.depth = maxDepth
        limits.members = maxMembers
        limits.headerSize = maxHeader
        limits.expandedBytes = maxExpanded
        limits.ratio = maxRatio
        limits.textSize = maxText
        return limits
    }

    /// Where bytes wait that are needed again.
    var keeper: Spool {
        let folder = Console.environment("TMPDIR") ?? "/var/tmp"
        return Spool(folder: work?.name ?? ByteString(folder), budget: spool)
    }
}
