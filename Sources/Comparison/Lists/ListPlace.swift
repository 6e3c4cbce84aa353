import Anatomy
import Bytes
import Hashing

/// Where a list of digests lies, and so where the files are that it names.
struct ListPlace {
    /// One step down from a layer.
    enum Step: Hashable {
        /// The member of this name, in canonical form.
        case name(ByteString)
        /// The first member whose name begins so.
        case prefix(String)

        /// Whether a member of this name is the one.
        func fits(_ name: ByteString) -> Bool {
            switch self {
            case .name(let wanted): OrderGuard.canonical(name) == wanted
            case .prefix(let start): name.hasPrefix(start)
            }
        }
    }

    /// The steps from the artifact to the container of the files.
    let container: [Step]
    /// What stands before each name, with a slash at its end; empty for most lists.
    private let folder: ByteString
    /// Reads the list.
    let parse: ([UInt8]) -> DigestList?

    /// The place of the list at `path`, if a list is where people put them: what differs in it may
    /// then follow from something else. `nil` for any other file.
    init?(_ path: [ByteString]) {
        guard let last = path.last.map({ OrderGuard.canonical($0) }) else { return nil }
        let outer = path.dropLast().map { Step.name(OrderGuard.canonical($0)) }
        let name = String(decoding: last.bytes, as: UTF8.self)
        let file = name.split(separator: "/").last ?? ""
        if name == "md5sums", let control = path.dropLast().last, control.hasPrefix("control.tar") {
            container = outer.dropLast() + [.prefix("data.tar")]
            folder = ""
            parse = { DigestList(checksums: $0) }
        } else if file == "RECORD", name.hasSuffix(".dist-info/RECORD") {
            container = outer
            folder = ""
            parse = { DigestList(record: $0) }
        } else if name == "META-INF/MANIFEST.MF" {
            container = outer
            folder = ""
            parse = { DigestList(manifest: $0) }
        } else if file == "checksums.yaml.gz" {
            container = outer
            folder = ""
            parse = { DigestList(gem: $0) }
        } else if ListPlace.isList(file) {
            container = outer
            folder = ByteString(Array(last.bytes.dropLast(file.utf8.count)))
            parse = { DigestList(checksums: $0) ?? DigestList(control: $0) }
        } else {
            return nil
        }
    }

    /// Whether files of this name are lists of digests, if their content is one.
    private static func isList(_ file: Substring) -> Bool {
        let name = file.lowercased()
        return name.hasSuffix("sums") || name.hasSuffix("sums.txt") || name == "checksums.txt"
            || [".dsc", ".changes", ".buildinfo", ".sha256", ".sha512"].contains {
                name.hasSuffix($0)
            }
    }

    /// The steps from the artifact to a file that the list names.
    func steps(to name: ByteString) -> [Step] {
        container + [.name(OrderGuard.canonical(ByteString(folder.bytes + name.bytes)))]
    }
}
