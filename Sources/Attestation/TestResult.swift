import Bytes
import Findings

/// A comparison in the words of test-result v0.1, for gates that know no other.
public struct TestResult: Hashable, Sendable {
    /// What the test came to.
    public enum Result: String, Sendable, CaseIterable {
        /// Identical.
        case passed = "PASSED"
        /// Equivalent: different bytes, and every difference is tolerated by a rule.
        case warned = "WARNED"
        /// Different.
        case failed = "FAILED"
    }

    /// What the test came to.
    public let result: Result
    /// The profile that it was made under, by name and SHA-256.
    public let configuration: Predicate.Resource

    /// The test's name.
    private static let name = "tally compare"

    /// The result of a comparison.
    ///
    /// - Throws: ``AttestationError`` with code `unfit` for what is no test of two builds: an
    ///   inconclusive verdict, a file compared with itself, and trees with parts left out.
    public init(_ predicate: Predicate) throws(AttestationError) {
        guard !predicate.isSameFile, predicate.excluded.isEmpty, predicate.basis != .digestOnly
        else {
            throw AttestationError(
                .unfit,
                "a file compared with itself, without some of its parts, or by digest alone, is no "
                    + "test result; sign the comparison as it is")
        }
        switch predicate.verdict {
        case .identical: result = .passed
        case .equivalent: result = .warned
        case .different: result = .failed
        case .inconclusive:
            throw AttestationError(
                .unfit, "an inconclusive comparison is no test result; sign it as it is")
        }
        configuration = predicate.profile
    }

    /// The predicate as JSON: the test is in the list of its result, and the others are empty.
    public var json: JSON {
        func list(_ result: Result) -> JSON {
            .array(result == self.result ? [.text(TestResult.name)] : [])
        }
        return .record([
            "result": .text(result.rawValue), "configuration": .array([configuration.json]),
            "passedTests": list(.passed), "warnedTests": list(.warned),
            "failedTests": list(.failed),
        ])
    }
}

extension PredicateType {
    /// The type URI of a test result v0.1.
    public static let testResult: ByteString = "https://in-toto.io/attestation/test-result/v0.1"
}

extension Statement {
    /// The test result that a comparison comes to, about the bytes of its subject only.
    ///
    /// - Throws: ``AttestationError`` as ``TestResult/init(_:)``, and with code `unfit` if the
    ///   subjects are not what was compared.
    public init(
        testResultOf predicate: Predicate, subjects: [Subject]
    ) throws(AttestationError) {
        // Checks the subjects.
        _ = try Statement(predicate, subjects: subjects)
        try self.init(
            subjects: subjects, predicateType: PredicateType.testResult,
            predicate: try TestResult(predicate).json)
    }
}
