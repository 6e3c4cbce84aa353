import Archives
import Bytes

/// What a `.deb` says of itself.
struct PackageControl: Sendable {
    /// The control paragraph as its bytes, without empty lines around.
    let text: [UInt8]
    /// The same, read.
    let paragraph: ControlParagraph
    /// Its name, version and architecture.
    let reference: PackageReference
    /// Its version, to be ordered.
    let version: DebianVersion
    /// What it says about other architectures; `nil` for nothing.
    let multiArch: ByteString?
    /// The other control files: scripts, lists and tables.
    let files: [ByteString: [UInt8]]

    /// Reads the control archive of `deb`.
    ///
    /// - Throws: ``RebuildError`` with code `input`, or `io`.
    init(_ deb: DebFile, _ launcher: ArchiveLauncher) throws(RebuildError) {
        var files = try deb.controlFiles(launcher)
        guard let control = files.removeValue(forKey: "control") else {
            throw RebuildError(.input, "\(deb.path.escaped) has no control file")
        }
        self.files = files
        do throws(RebuildError) {
            paragraph = try ControlParagraph.only(in: control, origin: deb.path.escaped)
            let name = try paragraph.required("Package")
            let architecture = try paragraph.required("Architecture")
            let version = try paragraph.required("Version")
            guard name.isPackageName, architecture.isArchitecture,
                let parsed = DebianVersion(version)
            else {
                throw RebuildError(.input, "\(deb.path.escaped) does not say what package it is")
            }
            reference = PackageReference(name: name, version: version, architecture: architecture)
            self.version = parsed
            multiArch = try paragraph.value("Multi-Arch")
        } catch {
            throw RebuildError(.input, error.message)
        }
        text = Array(control.drop { $0 == 0x0a }.split(separator: 0x0a).joined(separator: [0x0a]))
    }

    /// What its files in dpkg's database begin with: packages that may be there for several
    /// architectures carry theirs.
    var databaseName: ByteString {
        multiArch == "same"
            ? reference.name + ":" + (reference.architecture ?? "") : reference.name
    }

    /// Whether it says that its files take the place of those of `other`.
    func replaces(_ other: PackageControl) -> Bool {
        paragraph.list("Replaces").contains { item in
            guard let relation = PackageRelation(item) else { return false }
            return relation.name == other.reference.name && relation.admits(other.version)
        }
    }
}

/// A name of a package, perhaps with a bound of its version (Debian Policy, section 7.1).
struct PackageRelation: Hashable, Sendable {
    /// The package's name.
    let name: ByteString
    /// How its version is bounded; `nil` for not at all.
    private let bound: (sign: ByteString, version: DebianVersion)?

    /// Reads `name`, `name:any` or `name (<< version)`; `nil` for anything else.
    init?(_ text: ByteString) {
        let words = text.bytes.split {
            $0 == 0x20 || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")")
        }
        .map { ByteString($0) }
        guard let first = words.first, words.count == 1 || words.count == 3,
            let name = first.split(at: ":").first
        else { return nil }
        self.name = name
        guard words.count == 3 else {
            bound = nil
            return
        }
        guard let version = DebianVersion(words[2]) else { return nil }
        bound = (words[1], version)
    }

    /// Whether a version is inside the bound.
    func admits(_ version: DebianVersion) -> Bool {
        guard let bound else { return true }
        switch bound.sign {
        case "<<": return version < bound.version
        case "<=": return version <= bound.version
        case "=": return version == bound.version
        case ">=": return version >= bound.version
        case ">>": return version > bound.version
        default: return false
        }
    }

    static func == (left: PackageRelation, right: PackageRelation) -> Bool {
        left.name == right.name && left.bound?.sign == right.bound?.sign
            && left.bound?.version == right.bound?.version
    }

    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
