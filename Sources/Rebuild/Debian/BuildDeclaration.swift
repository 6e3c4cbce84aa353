import Bytes

/// A file that declares what a package was built from, known by what is in it.
public enum BuildDeclaration: Sendable {
    /// A Debian `.buildinfo`, which is built.
    case debian
    /// An Arch `.BUILDINFO`, which is read only.
    case arch(ArchBuildInfo)
    /// An rpm, which does not say what it was built from in a form that can be built again.
    case rpm

    /// What the file at `path` is; `nil` if it is none of these, as a recipe.
    ///
    /// - Throws: ``RebuildError`` if it cannot be read.
    public init?(path: ByteString) throws(RebuildError) {
        let start: [UInt8]
        do throws(SourceError) {
            let file = try FileSource(path: path)
            start = try file.read(ByteRange(start: 0, length: min(file.size, 4096)))
        } catch {
            throw RebuildError(.io, error.message)
        }
        if start.starts(with: [0xed, 0xab, 0xee, 0xdb]) {
            self = .rpm
        } else if start.starts(with: "format = 1\n".utf8) || start.starts(with: "format = 2\n".utf8)
        {
            let document = try Files.read(path, atMost: 16 << 20)
            self = .arch(try ArchBuildInfo(document, origin: path.escaped))
        } else if start.starts(with: "Format: 1.0\n".utf8)
            || start.starts(with: "-----BEGIN PGP SIGNED MESSAGE-----".utf8)
        {
            self = .debian
        } else {
            return nil
        }
    }

    /// That it cannot be built, with what it declares; `nil` for what can.
    public var refusal: RebuildError? {
        switch self {
        case .debian: nil
        case .arch(let info):
            RebuildError(
                .input,
                "this is the .BUILDINFO of the Arch package \(info.name.escaped) "
                    + "\(info.version.escaped), which names \(info.installed.count) installed "
                    + "packages; it can be read, building Arch packages is not supported")
        case .rpm:
            RebuildError(
                .input,
                "this is an rpm; building from rpm packages is not supported")
        }
    }
}
