import Attestation
import Bytes

extension EvidenceFormat {
    /// A bundle: its envelopes count as if each were a file of its own, and nothing else in it
    /// does.
    static let bundle = EvidenceFormat(recognizes: { Bundle.recognizes($0) }, read: readBundle)

    @Sendable private static func readBundle(_ bytes: [UInt8], _ reader: inout EvidenceReader) {
        do throws(AttestationError) {
            let bundle = try Bundle(parsing: bytes)
            // Policies travel in it too; they are named and trusted on their own.
            for envelope in bundle.envelopes where envelope.payloadType != Policy.payloadType {
                read(envelope, &reader)
            }
            for material in bundle.materials {
                reader.note("\(material.words), so it counts for nothing", isMalformed: false)
            }
            if bundle.skipped > 0 {
                reader.note("\(bundle.skipped) lines are not known here", isMalformed: false)
            }
        } catch {
            reader.note(error.message, isMalformed: true)
        }
    }
}
