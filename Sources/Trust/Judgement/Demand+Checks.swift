import Attestation
import Bytes
import Findings
import Signing

extension Demand {
    /// One demand, and whether it is met.
    typealias Check = VerificationResult.Check
    /// What all demands on one artifact came to.
    typealias Judgement = VerificationResult.Judgement

    /// Judges one artifact: by the reading that meets every demand, else by the first of those
    /// that come nearest.
    func judge(_ artifact: Artifact, by readings: [Reading]) -> Judgement {
        var best: Judgement?
        for reading in readings {
            let judgement = judge(artifact, by: reading)
            if best.map({ judgement.outcome.distance < $0.outcome.distance }) ?? true {
                best = judgement
            }
        }
        let nothing = Check(
            .envelope, .notMet(.malformed), "there is no envelope that could be read")
        return best ?? Judgement(artifact: artifact, checks: [nothing], attested: nil)
    }

    /// Judges by one envelope. One that attests no comparison is denied, whoever signed it.
    private func judge(_ artifact: Artifact, by reading: Reading) -> Judgement {
        let signature = check(signers: reading.signers)
        switch reading.content {
        case .denied(let message):
            let checks = [signature, Check(.verdict, .notMet(.denied), message)]
            return Judgement(artifact: artifact, checks: checks, attested: nil)
        case .comparison(let statement, let predicate):
            let checks = [
                signature, check(verdict: predicate), check(artifact, among: statement.subjects),
                check(time: predicate.time), independence(reading.signers),
            ]
            let attested = VerificationResult.Attested(
                source: reading.source, predicate: predicate, keyIDs: reading.signers.map(\.keyID))
            return Judgement(artifact: artifact, checks: checks, attested: attested)
        }
    }

    /// Demands a signature by one of the keys given. More than one counts no more than one.
    private func check(signers: [PublicKey]) -> Check {
        guard let signer = signers.first else {
            return Check(
                .signature, .notMet(.unproven),
                "no signature in the envelope is by \(keys.count == 1 ? "the key" : "a key") given")
        }
        return Check(.signature, .met, "signed by key \(signer.keyID)")
    }

    /// Demands `identical`, or `equivalent` where that was said to be enough.
    private func check(verdict predicate: Predicate) -> Check {
        let word = Demand.words(predicate)
        guard accepts(predicate.verdict) else {
            let advice =
                predicate.verdict == .equivalent
                ? "; --accept equivalent would take it" : ""
            return Check(.verdict, .notMet(.denied), "the verdict is \(word)\(advice)")
        }
        guard predicate.basis != .digestOnly || acceptsDigestOnly else {
            return Check(
                .verdict, .notMet(.denied),
                "the verdict is \(word); --accept digest-only would take it")
        }
        return Check(.verdict, .met, "the verdict is \(word)")
    }

    /// The verdict in words; `equivalent` never looks like `identical`.
    static func words(_ predicate: Predicate) -> String {
        let count = predicate.normalizations.count
        return switch predicate.verdict {
        case .identical:
            predicate.basis == .digestOnly
                ? "identical by digest alone: the other build was not read" : "identical"
        case .equivalent:
            "equivalent (NOT IDENTICAL: the same after \(count) named "
                + "rule\(count == 1 ? "" : "s")"
                + (predicate.excluded.isEmpty ? ")" : " and with exclusions)")
        case .different, .inconclusive: predicate.verdict.rawValue
        }
    }

    /// Demands the artifact among the subjects (in-toto Statement v1, `subject`), by digest and
    /// never by name. A subject without SHA-512 is matched by SHA-256 alone.
    private func check(_ artifact: Artifact, among subjects: [Subject]) -> Check {
        let isSubject = subjects.contains {
            $0.sha256 == artifact.sha256 && ($0.sha512 ?? artifact.sha512) == artifact.sha512
        }
        return isSubject
            ? Check(.subject, .met, "the artifact is a subject, by SHA-256 \(artifact.sha256.hex)")
            : Check(
                .subject, .notMet(.unproven),
                "no subject has the artifact's SHA-256 \(artifact.sha256.hex)")
    }

    /// Demands that it was said before the time given, a skew of clocks allowed. Without a time
    /// nothing is demanded, and the result says so.
    private func check(time: Timestamp) -> Check {
        guard let at else {
            return Check(
                .time, .notChecked,
                "said at \(time.text), which was not judged, as no time was given")
        }
        guard time.seconds <= at.seconds + Demand.skew else {
            return Check(
                .time, .notMet(.untimely),
                "said at \(time.text), which is after \(at.text), the time given by the operator")
        }
        return Check(
            .time, .met,
            "said at \(time.text), not after \(at.text), the time given by the operator")
    }

    /// Never met: one signer's word is all that the short form looks at.
    private func independence(_ signers: [PublicKey]) -> Check {
        Check(
            .independence, .notChecked,
            "\(signers.count) signer\(signers.count == 1 ? "" : "s"); "
                + "no build, no independence checked")
    }
}
