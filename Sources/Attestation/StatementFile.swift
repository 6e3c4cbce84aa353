import Bytes
import Findings

/// What statements a file holds, whoever signed them, or nobody: material, and no evidence.
public struct StatementFile: Hashable, Sendable {
    /// The statements, in the order of the text.
    public let statements: [Statement]
    /// Whether a certificate signed any of them, as it is with GitHub. Certificates are not looked
    /// at here.
    public let isKeyless: Bool

    /// The most bytes of its text.
    public static let sizeLimit = 16 * 1024 * 1024

    /// Whether a text is meant to hold statements: a JSON object, or a line of one, with the names
    /// that a statement, an envelope or a Sigstore bundle has, whether or not it is one.
    public static func recognizes(_ text: [UInt8]) -> Bool {
        guard text.count <= sizeLimit, mayBegin(text) else { return false }
        let line = text.prefix { $0 != UInt8(ascii: "\n") }
        return [text, Array(line)].contains { text in
            guard let json = try? JSON(parsing: text, limits: limits) else { return false }
            return Form(json) != nil
        }
    }

    /// Whether a text may be one by how it begins.
    public static func mayBegin(_ text: some Collection<UInt8>) -> Bool {
        text.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) } == UInt8(ascii: "{")
    }

    /// The statements of a text.
    ///
    /// - Throws: ``AttestationError`` for a text that holds none, and for one of which any line
    ///   is none: half of what it says would be no answer.
    public init(parsing text: [UInt8]) throws(AttestationError) {
        guard text.count <= StatementFile.sizeLimit else {
            throw AttestationError(.limit, "the statement is over \(StatementFile.sizeLimit) bytes")
        }
        var texts = [text]
        if (try? JSON(parsing: text, limits: StatementFile.limits)) == nil {
            let lines = text.split(separator: UInt8(ascii: "\n")).map { Array($0) }
            if lines.count > 1 { texts = lines }
        }
        guard texts.count <= Envelope.lineLimit else {
            throw AttestationError(.limit, "there are more than \(Envelope.lineLimit) statements")
        }
        var statements: [Statement] = []
        var isKeyless = false
        for text in texts {
            let json = try JSON.strict(text, limits: StatementFile.limits, what: "the statement")
            guard let form = Form(json) else {
                throw AttestationError(
                    .malformed, "it is neither a statement, an envelope nor a Sigstore bundle")
            }
            statements.append(try form.statement(text))
            isKeyless = isKeyless || form == .sigstore(isCertified: true)
        }
        self.statements = statements
        self.isKeyless = isKeyless
    }

    private static var limits: JSON.Limits {
        var limits = JSON.Limits()
        limits.values = 2_000_000
        return limits
    }

    /// What a JSON object is, by the names in it.
    private enum Form: Hashable {
        case statement
        case envelope
        case sigstore(isCertified: Bool)

        init?(_ json: JSON) {
            if let type = json["_type"]?.string, type.hasPrefix("https://in-toto.io/Statement/") {
                self = .statement
            } else if json["payload"] != nil, json["payloadType"] != nil, json["signatures"] != nil
            {
                self = .envelope
            } else if let type = json["mediaType"]?.string, Envelope.isSigstore(type) {
                let material = json["verificationMaterial"]
                self = .sigstore(
                    isCertified: material?["certificate"] != nil
                        || material?["x509CertificateChain"] != nil)
            } else {
                return nil
            }
        }

        func statement(_ text: [UInt8]) throws(AttestationError) -> Statement {
            switch self {
            case .statement: try Statement(parsing: text)
            case .envelope: try Statement(of: try Envelope(parsing: text))
            case .sigstore: try Statement(of: try Envelope(unverifiedSigstore: text))
            }
        }
    }
}

extension Statement {
    /// Whether it says a *no* of its subject: a comparison of ours that is not `identical`, or a
    /// summary or test that did not pass. What it speaks of is then no build to agree with.
    public var isNegative: Bool {
        if let verdict = PredicateType.verdict(predicateType) { return verdict != .identical }
        let passed: ByteString = "PASSED"
        switch predicateType {
        case PredicateType.summary: return predicate["verificationResult"]?.string != passed
        case PredicateType.testResult: return predicate["result"]?.string != passed
        default: return false
        }
    }
}
