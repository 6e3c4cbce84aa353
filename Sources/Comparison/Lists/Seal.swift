import Anatomy
import Bytes

/// A member that vouches for the exact bytes of others, as a signature does. Where it is the same
/// on both sides and these are not, it can hold on one side only, whatever rules tolerate.
enum Seal {
    /// Vouches for all other members of its container: `_gpgorigin` in a package, the signature
    /// file of a jar.
    case siblings
    /// Vouches for the file of its own name without the ending: `x.asc` beside `x`.
    case file(ByteString)
    /// Vouches for the encoded bytes of what follows, as in a package of Alpine.
    case everything

    /// The seal that a member of this name is; `nil` for most.
    init?(_ name: ByteString) {
        guard Seal.mayBe(name) else { return nil }
        let path = OrderGuard.canonical(name)
        let folded = OrderGuard.folded(name)
        let endings = [".asc", ".sig", ".sign", ".minisig", ".gpg", ".p7s", ".sigstore"]
        if folded.hasPrefix("_gpg") {
            self = .siblings
        } else if folded.hasPrefix(".sign.") {
            self = .everything
        } else if folded.hasSuffix(".sf"), folded.hasPrefix("meta-inf/") {
            self = .siblings
        } else if let ending = endings.first(where: { folded.hasSuffix($0) }) {
            self = .file(ByteString(Array(path.bytes.dropLast(ending.utf8.count))))
        } else {
            return nil
        }
    }

    /// A quick look that most names do not pass.
    private static func mayBe(_ name: ByteString) -> Bool {
        guard let first = name.bytes.first, let last = name.bytes.last else { return false }
        return "_.mM/".utf8.contains(first) || "cgnsef".utf8.contains(last | 0x20)
    }

    /// What is not the same on both sides, by the container that it lies in.
    struct Unequal {
        /// The first in the order of names.
        private var first: [[ByteString]: ByteString] = [:]
        private var all: Set<[ByteString]> = []

        init(_ paths: Set<[ByteString]>) {
            for path in paths {
                guard let name = path.last else { continue }
                let outer = Array(path.dropLast())
                first[outer] = min(first[outer] ?? name, name)
                all.insert(outer + [OrderGuard.canonical(name)])
            }
        }

        /// The first thing that the seal at `path` vouches for.
        func broken(_ seal: Seal, at path: [ByteString]) -> ByteString? {
            let outer = Array(path.dropLast())
            switch seal {
            case .siblings: return first[outer]
            case .file(let name): return all.contains(outer + [name]) ? name : nil
            case .everything: return "what follows"
            }
        }
    }
}
