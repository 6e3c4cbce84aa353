import Attestation
import Bytes
import Signing

/// The text of a bundle: JSON Lines that are also an in-toto attestation bundle, whose readers pass
/// over the lines that are no envelopes.
extension Bundle {
    /// The first line.
    private static let header = Array("{\"format\":\"\(format)\"}\n".utf8)

    /// Whether a text begins as a bundle does.
    public static func recognizes(_ text: [UInt8]) -> Bool { text.starts(with: header) }

    /// A bundle from its text. Lines that are not understood are passed over and counted.
    ///
    /// - Throws: ``AttestationError``: `unsupported` for another first line, `limit` for a text
    ///   that is too long or has too many lines.
    public init(parsing text: [UInt8]) throws(AttestationError) {
        guard Bundle.recognizes(text) else {
            throw AttestationError(.unsupported, "it does not begin as \(Bundle.format) does")
        }
        guard text.count <= Bundle.sizeLimit else {
            throw AttestationError(.limit, "the bundle is over \(Bundle.sizeLimit) bytes")
        }
        let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: Envelope.lineLimit)
        guard lines.count <= Envelope.lineLimit else {
            throw AttestationError(
                .limit, "the bundle has more than \(Envelope.lineLimit) lines")
        }
        var contents = Contents()
        for line in lines.dropFirst() { contents.read(Array(line)) }
        self.init(
            envelopes: contents.envelopes, keys: contents.keys, references: contents.references,
            materials: contents.materials)
        skipped = contents.skipped
    }

    /// A bundle of what is in a text that may be one: else an envelope, a Sigstore bundle, a
    /// statement, or JSON Lines of them.
    ///
    /// - Throws: ``AttestationError`` if it is none of them.
    public init(importing text: [UInt8]) throws(AttestationError) {
        if Bundle.recognizes(text) {
            try self.init(parsing: text)
        } else {
            let materials = Material.all(in: text)
            let envelopes: [Envelope]
            let others: Int
            do {
                (envelopes, others) = try Envelope.all(in: text)
            } catch {
                guard !materials.isEmpty else { throw error }
                let lines = text.split(separator: UInt8(ascii: "\n")).count
                (envelopes, others) = ([], materials[0].isWhole(text) ? 1 : lines)
            }
            self.init(envelopes: envelopes, materials: materials)
            skipped = others - materials.count
        }
    }

    /// The bundle as text: always the same for the same contents.
    ///
    /// - Throws: ``AttestationError`` with code `limit` if it could not be read again.
    public func text() throws(AttestationError) -> [UInt8] {
        var text = Bundle.header
        for envelope in envelopes { text += envelope.text(pretty: false) }
        for key in keys { text += Bundle.line(key) }
        for reference in references { text += Bundle.line(reference) }
        for material in materials { text += material.line }
        let lines = 1 + envelopes.count + keys.count + references.count + materials.count
        guard text.count <= Bundle.sizeLimit, lines <= Envelope.lineLimit else {
            throw AttestationError(
                .limit,
                "the bundle would have \(text.count) bytes and \(lines) lines, more than "
                    + "\(Bundle.sizeLimit) or \(Envelope.lineLimit); make several")
        }
        return text
    }

    /// The line of a public key.
    static func line(_ key: PublicKey) -> [UInt8] {
        let json = JSON.record(["publicKey": .text(Base64.encode(key.der))])
        return json.text(pretty: false) + [UInt8(ascii: "\n")]
    }

    /// The line of a reference.
    static func line(_ reference: Reference) -> [UInt8] {
        let json = JSON.record(["reference": reference.json])
        return json.text(pretty: false) + [UInt8(ascii: "\n")]
    }
}

extension Bundle.Reference {
    /// The reference as an in-toto resource descriptor.
    var json: JSON {
        .record([
            "name": .string(name), "mediaType": .string(mediaType),
            "digest": .record(["sha256": .text(sha256.hex)]),
        ])
    }

    /// A reference as read; `nil` for what is none.
    init?(_ json: JSON) {
        guard let name = json["name"]?.string, let mediaType = json["mediaType"]?.string,
            let hex = json["digest"]?["sha256"]?.string, let sha256 = Digest(hex: hex.bytes)
        else { return nil }
        self.init(escaped: name, mediaType: mediaType, sha256: sha256)
    }
}

/// What the lines of a bundle are, read one by one.
private struct Contents {
    private(set) var envelopes: [Envelope] = []
    private(set) var keys: [PublicKey] = []
    private(set) var references: [Bundle.Reference] = []
    private(set) var materials: [Bundle.Material] = []
    private(set) var skipped = 0

    /// Takes a line, if it is one of those that are known.
    mutating func read(_ line: [UInt8]) {
        if let envelope = try? Envelope.one(in: line) {
            envelopes.append(envelope)
        } else if let material = Bundle.Material(line) {
            materials.append(material)
        } else if let json = try? JSON(parsing: line, limits: Contents.limits) {
            read(json)
        } else {
            skipped += 1
        }
    }

    private mutating func read(_ json: JSON) {
        if let text = json["publicKey"]?.string, let der = Base64.decode(text.bytes),
            let key = try? PublicKey(der: der)
        {
            keys.append(key)
        } else if let reference = json["reference"].flatMap({ Bundle.Reference($0) }) {
            references.append(reference)
        } else {
            skipped += 1
        }
    }

    /// Enough for the lines that are no envelopes.
    private static var limits: JSON.Limits {
        var limits = JSON.Limits()
        limits.size = 1 << 20
        limits.values = 1_000
        return limits
    }
}
