import ArgumentParser
import Attestation
import Bytes

/// In whose words a report is attested.
enum AttestationForm: String, ExpressibleByArgument, CaseIterable {
    /// In our own, with all that was found: `Docs/predicates/comparison-v1.md`.
    case comparison
    /// As an in-toto test result, for gates that know no other. No policy here counts it.
    case testResult = "test-result"
    /// As in-toto's legacy link, for `in-toto-verify`. No policy here counts it.
    case link

    /// What a report says, to be signed.
    ///
    /// - Parameter step: the step of a layout, which a link names.
    func envelope(
        _ predicate: Predicate, _ subjects: [Subject], step: ByteString
    ) throws(AttestationError) -> Envelope {
        switch self {
        case .comparison: try Envelope(attesting: predicate, subjects: subjects)
        case .testResult: Envelope(try Statement(testResultOf: predicate, subjects: subjects))
        case .link: Envelope(try Link(predicate, subjects: subjects, step: step))
        }
    }
}
