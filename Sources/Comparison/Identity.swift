import Bytes
import Findings
import Hashing

/// The ID of a finding: a hash of where it is and what kind it is, so that the same difference has
/// the same ID in every run and on every machine.
func findingID(_ path: [ByteString], _ field: String?, _ kind: Finding.Kind) -> String {
    var bytes: [UInt8] = []
    for name in path + [ByteString(field ?? ""), ByteString(kind.rawValue)] {
        bytes += Array("\(name.count):".utf8) + name.bytes
    }
    return Hex.encode(SHA256.digest(of: bytes).bytes.prefix(8))
}
