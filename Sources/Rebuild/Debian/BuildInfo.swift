import Bytes

/// A `.buildinfo`: what a Debian package was built from, where, and what came out
/// (deb-buildinfo(5), format 1.0).
public struct BuildInfo: Hashable, Sendable {
    /// The source package and its version, which is another one than ``version`` after a change of
    /// the binary packages alone.
    public let source, sourceVersion: ByteString
    /// The version of what was built.
    public let version: ByteString
    /// The names of the binary packages.
    public let binaries: [ByteString]
    /// What was built: architectures, `all`, `source`.
    public let architectures: [ByteString]
    /// The architecture that it was built on.
    public let buildArchitecture: ByteString
    /// What came out.
    public let outputs: [ListedFile]
    /// Who built, as far as it is said.
    public let origin: ByteString?
    /// When it was built, as written.
    public let date: ByteString?
    /// The folder of the source tree, absolute.
    public let path: ByteString?
    /// What was unusual about the system that it was built on.
    public let taints: [ByteString]
    /// The packages that were there, each once.
    public let dependencies: [PackageReference]
    /// Variables that were set.
    public let environment: [BuildJob.Variable]
    /// The entry on top of the changelog that only the binary packages have.
    public let binaryOnlyChanges: ByteString?
    /// The signature and what it is over; `nil` if the document is not signed.
    public let signed: ClearSigned?

    /// Whether a text means to be a `.buildinfo`: whatever is wrong with it is then to be said of
    /// one.
    public static func isOne(_ text: [UInt8]) -> Bool {
        ["Format:", "-----BEGIN PGP SIGNED MESSAGE-----"].contains { text.starts(with: $0.utf8) }
    }

    /// The build profiles that were active.
    public var profiles: [ByteString] {
        let value = environment.first { $0.name == "DEB_BUILD_PROFILES" }?.value ?? ""
        return value.bytes.split(separator: 0x20).map { ByteString($0) }
    }

    /// The packages among the outputs.
    public var packages: [ListedFile] {
        outputs.filter { $0.name.hasSuffix(".deb") || $0.name.hasSuffix(".udeb") }
    }

    /// Reads the file at `path`.
    ///
    /// - Throws: ``RebuildError`` with code `declaration`, or `io`.
    public init(path: ByteString) throws(RebuildError) {
        try self.init(Files.read(path, atMost: BuildInfo.sizeLimit), origin: path.escaped)
    }

    /// The largest document that is read, in bytes.
    static let sizeLimit: UInt64 = 16 << 20

    /// Reads a document.
    ///
    /// - Parameter origin: where it is from, for messages; already escaped.
    /// - Throws: ``RebuildError`` with code `declaration` that names the line.
    public init(_ document: [UInt8], origin: String) throws(RebuildError) {
        signed = try ClearSigned(document, origin: origin)
        let text = try ControlParagraph.only(in: signed?.text ?? document, origin: origin)
        try BuildInfo.checkFormat(text)
        (source, sourceVersion) = try BuildInfo.source(text)
        version = try text.required("Version")
        guard DebianVersion(version) != nil else {
            throw RebuildError(.declaration, "\(origin): \(version.escaped) is no version")
        }
        binaries = text.words("Binary")
        architectures = text.words("Architecture")
        buildArchitecture = try text.required("Build-Architecture")
        guard !architectures.isEmpty,
            (architectures + [buildArchitecture]).allSatisfy(\.isArchitecture)
        else { throw RebuildError(.declaration, "\(origin) does not say for what it was built") }
        outputs = try text.listedFiles()
        self.origin = try text.value("Build-Origin")
        date = try text.value("Build-Date")
        path = try BuildInfo.path(text)
        taints = text.words("Build-Tainted-By")
        dependencies = try BuildInfo.dependencies(text)
        environment = try BuildInfo.environment(text)
        binaryOnlyChanges = BuildInfo.changes(text)
    }
}
