import Bytes
import Findings

/// Which differences are in signatures, so that a report can say that there are no others.
///
/// It never changes a verdict: over the same content, too, another signature is a difference.
/// Whether a signature is valid is not looked at.
enum SignatureDifferences {
    /// Fields that hold signatures, by the beginning of their names.
    private static let fields = ["apk.signature", "rpm.signature"]

    /// Whether every root among `findings` is in a signature, and there is one.
    static func areAll(_ findings: [Finding]) -> Bool {
        let roots = findings.filter { $0.role == .root }
        return !roots.isEmpty && roots.allSatisfy(isSignature)
    }

    /// Whether a difference is in a field or a member that holds a signature and nothing else.
    private static func isSignature(_ finding: Finding) -> Bool {
        if let field = finding.field, fields.contains(where: { field.hasPrefix($0) }) {
            return true
        }
        switch finding.kind {
        case .content, .member: return finding.path.last.map(isSignature) ?? false
        case .field, .moved, .order, .format, .codec, .framing, .attribute: return false
        }
    }

    /// Members by the names that their formats reserve for signatures: those of a .jar stand in
    /// `META-INF` itself (JAR File Specification, *Signed JAR File*), those of a .deb begin with
    /// `_gpg` (dpkg-sig, debsigs).
    private static func isSignature(_ member: ByteString) -> Bool {
        if member.bytes.starts(with: "_gpg".utf8) { return true }
        let name = member.bytes.map { (0x61...0x7a).contains($0) ? $0 & 0xdf : $0 }
        guard name.starts(with: "META-INF/".utf8) else { return false }
        let rest = ByteString(name.dropFirst(9))
        return !rest.bytes.contains(0x2f)
            && [".SF", ".RSA", ".DSA", ".EC"].contains { rest.hasSuffix($0) }
    }
}
