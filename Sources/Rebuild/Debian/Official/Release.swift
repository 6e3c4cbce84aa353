import Bytes

/// What the signed `InRelease` of an archive says.
public struct Release: Hashable, Sendable {
    /// The file that it was read from.
    public let path: ByteString
    /// Whose archive it is, and which part of it.
    public let origin, suite: ByteString
    /// When it was made, and when it stops to count, as written.
    public let date, validUntil: ByteString?
    /// Whose signatures were checked.
    public let signers: [Signer]
    /// The digests of its indexes of binary packages.
    let indexes: Set<Digest>

    /// Checks and reads an `InRelease`.
    ///
    /// - Parameter time: the time, in seconds since 1970, as of which it has to count; `nil` for
    /// whenever it did.
    /// - Throws: ``RebuildError`` with code `input` if it is not what the keys have signed, or does
    /// not count at that time.
    init(
        _ document: [UInt8], path: ByteString, keyring: ByteString, time: Int64?
    ) throws(RebuildError) {
        self.path = path
        guard let signed = try ClearSigned(document, origin: path.escaped) else {
            throw RebuildError(.input, "\(path.escaped) is not signed; an InRelease file is needed")
        }
        signers = try signed.signers(keyring: keyring, origin: path.escaped)
        let text = try ControlParagraph.only(in: signed.text, origin: path.escaped)
        origin = try text.value("Origin") ?? ""
        suite = try text.value("Codename") ?? ""
        date = try text.value("Date")
        validUntil = try text.value("Valid-Until")
        indexes = try Release.indexes(text)
        try check(at: time)
    }

    /// The indexes under `SHA256`, whatever they are compressed with.
    private static func indexes(_ text: ControlParagraph) throws(RebuildError) -> Set<Digest> {
        guard let field = text.field("SHA256") else {
            throw RebuildError(.input, "\(text.origin) has no field SHA256")
        }
        var digests: Set<Digest> = []
        for line in field.lines.dropFirst() {
            let words = line.bytes.split(separator: 0x20)
            guard words.count == 3, let digest = Digest(hex: words[0]) else {
                throw text.error(field.line, "a line of SHA256 is not understood")
            }
            let name = words[2].split(separator: UInt8(ascii: "/")).last ?? []
            if ByteString(name.prefix { $0 != UInt8(ascii: ".") }) == "Packages" {
                digests.insert(digest)
            }
        }
        return digests
    }

    /// Whether it counts at `time`: it was made by then, and has not run out.
    private func check(at time: Int64?) throws(RebuildError) {
        guard let time else { return }
        if let date, time < (try seconds(date, "Date")) {
            throw RebuildError(
                .input,
                "\(path.escaped) was made on \(date.escaped), which is after the time that was asked "
                    + "for; give a later time or an older index")
        }
        if let validUntil, time > (try seconds(validUntil, "Valid-Until")) {
            throw RebuildError(
                .input,
                "\(path.escaped) counted until \(validUntil.escaped), which is before the time that "
                    + "was asked for; give an earlier time or a newer index")
        }
    }

    private func seconds(_ text: ByteString, _ field: String) throws(RebuildError) -> Int64 {
        if let time = ArchiveDate.timestamp(text) { return time.seconds }
        throw RebuildError(.input, "\(path.escaped): \(text.escaped) in \(field) is no time")
    }
}
