import Bytes
import Hashing

/// What a signature of the whole file covers.
///
/// A byte that a rule would tolerate makes such a signature invalid, and with it what is installed
/// or not. So what it covers is an attribute of the container, with a rule of its own or none.
struct ZipSigned {
    /// The name of the attribute.
    let field: String
    /// The SHA-256 of the bytes that the signature covers.
    let digest: Digest

    /// `nil` if there is no such signature.
    init?(_ source: any RandomSource, _ plan: ZipPlan) throws(SourceError) {
        if plan.block.length > 0 {
            field = "apk.signed"
            digest = try ZipSigned.apk(source, plan)
        } else if try ZipSigned.isSigned(source, plan) {
            field = "zip.signed"
            digest = try SHA256.digest(of: RangeSource(source, ByteRange(0, to: source.size)))
        } else {
            return nil
        }
    }

    /// All but the signing block, and with the offset of the directory as it would be without it
    /// (APK Signature Scheme v2, *Integrity-protected contents*).
    private static func apk(
        _ source: any RandomSource, _ plan: ZipPlan
    ) throws(SourceError) -> Digest {
        var hash = SHA256()
        let reader = ByteReader(RangeSource(source, ByteRange(0, to: source.size)))
        try hash.update(reader, ByteRange(0, to: plan.block.start))
        let record = plan.end.start + plan.end64Size
        try hash.update(reader, ByteRange(plan.directory.start, to: record + 16))
        hash.update((0..<4).map { UInt8(truncatingIfNeeded: plan.block.start >> (8 * $0)) })
        try hash.update(reader, ByteRange(record + 20, to: source.size))
        return hash.finish()
    }

    /// NuGet and Appx have a member for the signature; Android's over-the-air updates have it in
    /// the archive's comment, which ends with where it begins, two bytes `ff`, and its own length.
    private static func isSigned(
        _ source: any RandomSource, _ plan: ZipPlan
    ) throws(SourceError) -> Bool {
        let names: [ByteString] = [".signature.p7s", "AppxSignature.p7x"]
        if plan.entries.contains(where: { names.contains($0.name) }) { return true }
        let comment = plan.end.length - plan.end64Size - UInt64(ZipRecord.endSize)
        guard comment >= 6 else { return false }
        let foot = try source.read(ByteRange(plan.end.end - 4, to: plan.end.end))
        return foot.prefix(2) == [0xff, 0xff] && ByteOrder.little(foot.suffix(2)) == comment
    }
}
