import Attestation
import Bytes
import Findings
import Signing

/// One envelope, read once for all artifacts: who signed it, and what it says.
struct Reading {
    /// What a payload turned out to be.
    enum Content {
        /// A comparison that does not contradict itself.
        case comparison(Statement, Predicate)
        /// Nothing that could ever be accepted, and why.
        case denied(String)
    }

    /// The file that the envelope stands in.
    let source: ByteString
    /// Those of the demanded keys by which a signature verifies.
    let signers: [PublicKey]
    /// What it says.
    let content: Content
}

extension Demand {
    /// Reads a file of evidence. Envelopes that are malformed become problems.
    func read(_ file: Evidence) -> (readings: [Reading], problems: [VerificationResult.Problem]) {
        let envelopes: [Envelope]
        switch file.content {
        case .unreadable(let message): return ([], [.init(source: file.name, message: message)])
        case .bytes(let bytes):
            do {
                envelopes = try Envelope.all(in: bytes).envelopes
            } catch {
                return ([], [.init(source: file.name, message: error.message)])
            }
        }
        var readings: [Reading] = []
        var problems: [VerificationResult.Problem] = []
        for envelope in envelopes {
            do {
                let content = try Demand.content(of: envelope)
                readings.append(
                    Reading(
                        source: file.name, signers: envelope.signers(among: keys),
                        content: content))
            } catch {
                problems.append(.init(source: file.name, message: error.message))
            }
        }
        return (readings, problems)
    }

    /// What an envelope's payload says.
    ///
    /// - Throws: ``AttestationError`` if it is malformed, which no better signature could mend.
    private static func content(of envelope: Envelope) throws(AttestationError) -> Reading.Content {
        do {
            let statement = try Statement(of: envelope)
            guard let verdict = PredicateType.verdict(statement.predicateType) else {
                return .denied(
                    "the predicate's type is \"\(statement.predicateType.escaped)\", "
                        + "which is no comparison")
            }
            let predicate = try Predicate(statement.predicate)
            return check(statement, predicate, verdict)
        } catch {
            switch error.code {
            case .unsupported, .inconsistent, .unfit: return .denied(error.message)
            case .malformed, .limit: throw error
            }
        }
    }

    /// A comparison whose type, verdict and subjects agree; a gate that looks at the type alone
    /// must not be told another verdict.
    private static func check(
        _ statement: Statement, _ predicate: Predicate, _ verdict: Verdict
    ) -> Reading.Content {
        guard predicate.verdict == verdict else {
            return .denied(
                "the predicate says \(predicate.verdict.rawValue) "
                    + "under the type of \(verdict.rawValue)")
        }
        guard predicate.covers(statement.subjects) else {
            return .denied("the subjects are not the build that the predicate speaks of")
        }
        return .comparison(statement, predicate)
    }
}
