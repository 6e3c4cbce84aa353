import ArgumentParser
import Attestation

/// In whose words a report is attested.
enum AttestationForm: String, ExpressibleByArgument, CaseIterable {
    /// In our own, with all that was found: `Docs/predicates/comparison-v1.md`.
    case comparison
    /// As an in-toto test result, for gates that know no other. No policy here counts it.
    case testResult = "test-result"

    /// What a report says, to be signed.
    func envelope(
        _ predicate: Predicate, _ subjects: [Subject]
    ) throws(AttestationError) -> Envelope {
        switch self {
        case .comparison: try Envelope(attesting: predicate, subjects: subjects)
        case .testResult: Envelope(try Statement(testResultOf: predicate, subjects: subjects))
        }
    }
}
