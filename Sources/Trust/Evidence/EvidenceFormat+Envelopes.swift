import Attestation
import Bytes
import Findings
import Hashing

extension EvidenceFormat {
    /// DSSE envelopes with in-toto statements: one, or JSON Lines of them; Sigstore bundles too.
    static let envelopes = EvidenceFormat(recognizes: { _ in true }, read: readAll)

    @Sendable private static func readAll(_ bytes: [UInt8], _ reader: inout EvidenceReader) {
        do throws(AttestationError) {
            let (envelopes, skipped) = try Envelope.all(in: bytes)
            for envelope in envelopes { read(envelope, &reader) }
            if skipped > 0 {
                reader.note("\(skipped) lines are no envelopes", isMalformed: false)
            }
        } catch {
            // What is whole, and not signed by any key that could be known, is not broken.
            if let file = try? StatementFile(parsing: bytes) {
                return reader.note(
                    file.isKeyless
                        ? "it is signed by a certificate (keyless), which cannot be checked here; "
                            + "only plain keys count"
                        : "it is not signed, so it counts for nothing", isMalformed: false)
            }
            reader.note(error.message, isMalformed: true)
        }
    }

    /// Signatures are looked at first; a payload that nobody signed is not read at all.
    static func read(_ envelope: Envelope, _ reader: inout EvidenceReader) {
        let (proven, alleged) = reader.keyring.signers(of: envelope)
        guard !proven.isEmpty || !alleged.isEmpty else {
            let what =
                envelope.signatures.isEmpty
                ? "it is not signed" : "no signature is by a key of the policy"
            return reader.note(what, isMalformed: false)
        }
        do throws(AttestationError) {
            let statement = try Statement(of: envelope)
            let (body, time) = try body(of: statement)
            reader.add(
                Claim(
                    source: reader.file.name, payload: SHA256.digest(of: envelope.payload),
                    proven: proven, alleged: alleged, subjects: statement.subjects, time: time,
                    body: body))
        } catch {
            let isMalformed = error.code == .malformed || error.code == .limit
            reader.note(error.message, isMalformed: isMalformed)
        }
    }

    /// What a statement says, by its type.
    private static func body(
        of statement: Statement
    ) throws(AttestationError) -> (Claim.Body, Timestamp?) {
        if statement.predicateType == PredicateType.approval {
            let approval = try Approval(statement.predicate)
            return (.approval(approval), approval.time)
        }
        if let provenance = try Provenance(of: statement) {
            return (provenance.equivalence ?? .provenance(provenance), provenance.time)
        }
        let predicate = try comparison(statement)
        return (.comparison(predicate), predicate.time)
    }

    /// A comparison whose type, verdict and subjects agree.
    private static func comparison(
        _ statement: Statement
    ) throws(AttestationError) -> Predicate {
        guard let verdict = PredicateType.verdict(statement.predicateType) else {
            throw AttestationError(
                .unsupported,
                "the predicate's type is \"\(statement.predicateType.escaped)\", which no policy "
                    + "speaks of")
        }
        let predicate = try Predicate(statement.predicate)
        guard predicate.verdict == verdict else {
            throw AttestationError(
                .inconsistent,
                "the predicate says \(predicate.verdict.rawValue) under the type of "
                    + verdict.rawValue)
        }
        guard predicate.covers(statement.subjects) else {
            throw AttestationError(
                .inconsistent, "the subjects are not the build that the predicate speaks of")
        }
        return predicate
    }
}

extension Provenance {
    /// How oss-rebuild says that a rebuild and the file are the same once both are stabilized. It
    /// comes as provenance, and is none: the subject is the file that was held against the rebuild,
    /// and not what the builder built.
    fileprivate var equivalence: Claim.Body? {
        guard buildType == "https://docs.oss-rebuild.dev/builds/ArtifactEquivalence@v0.1" else {
            return nil
        }
        let inputs = dependencies.compactMap { dependency in
            (dependency.name ?? dependency.uri).map {
                Endorsement.Input(name: $0, sha256: dependency.digests["sha256"] ?? "")
            }
        }
        return .endorsement(Endorsement(kind: .ossRebuild, builder: builder, inputs: inputs))
    }
}
