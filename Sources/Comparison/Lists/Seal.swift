import Anatomy
import Bytes

/// A member that vouches for the exact bytes of others, as a signature does. Where it is the same on
/// both sides and these are not, it can hold on one side only, whatever rules tolerate.
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
        let path = OrderGuard.canonical(name)
        let endings = [".asc", ".sig", ".sign", ".minisig"]
        if path.hasPrefix("_gpg") {
            self = .siblings
        } else if path.hasPrefix(".SIGN.") {
            self = .everything
        } else if path.hasSuffix(".SF") || path.hasSuffix(".sf"), path.hasPrefix("META-INF/") {
            self = .siblings
        } else if let ending = endings.first(where: { path.hasSuffix($0) }) {
            self = .file(ByteString(Array(path.bytes.dropLast(ending.utf8.count))))
        } else {
            return nil
        }
    }

    /// The first thing that the seal at `path` vouches for and that is not the same on both sides.
    func broken(at path: [ByteString], _ collector: Collector) -> ByteString? {
        let outer = path.dropLast()
        let beside = collector.unequal.filter { $0.count == path.count && $0.starts(with: outer) }
            .compactMap(\.last).sorted()
        switch self {
        case .siblings: return beside.first
        case .file(let name): return beside.first { OrderGuard.canonical($0) == name }
        case .everything: return collector.hasTolerated ? "what follows" : nil
        }
    }
}
