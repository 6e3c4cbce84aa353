import Bytes
import Findings

extension DebianBuild {
    /// The folder of the source tree: where it was, else a place like that of Debian's own builds.
    var folder: (parent: ByteString, name: ByteString) {
        let upstream = DebianVersion(buildInfo.sourceVersion)?.withoutEpoch ?? ""
        let path = buildInfo.path ?? "/build/reproducible-path/" + buildInfo.source + "-" + upstream
        let slash = path.bytes.lastIndex(of: UInt8(ascii: "/")) ?? 0
        return (
            slash == 0 ? "/" : ByteString(path.bytes[..<slash]),
            ByteString(path.bytes[(slash + 1)...])
        )
    }

    /// Runs a command inside a folder, given as words, so that `PWD` is set as a shell sets it.
    private static let inFolder: ByteString = "cd \"$1\" && shift && exec \"$@\""

    /// Puts an entry before a changelog.
    private static let prepend: ByteString =
        "cat \"$1\" \"$2\" > \"$2.new\" && cat \"$2.new\" > \"$2\" && rm \"$2.new\""

    /// The job: unpack the source, put an entry on its changelog if there is one, build.
    func job(_ root: ByteString, _ files: ByteString, _ source: SourcePackage) -> BuildJob {
        let (parent, name) = folder
        var job = BuildJob(
            name: buildInfo.source + " " + buildInfo.version, root: root)
        job.inputs = [
            BuildJob.Input(source: files, place: DebianBuild.sourcePlace, mode: .mounted)
        ]
        job.folder = parent
        job.keepsFolder = true
        job.environment = environment
        let description = DebianBuild.sourcePlace.appending(source.description.name)
        job.commands = [
            BuildJob.Command(["dpkg-source", "--no-copy", "-x", description, name])
        ]
        if buildInfo.binaryOnlyChanges != nil {
            let changes = DebianBuild.sourcePlace.appending(DebianBuild.changesName)
            job.commands.append(
                BuildJob.Command([
                    "/bin/sh", "-c", DebianBuild.prepend, "sh", changes,
                    name.appending("debian/changelog"),
                ]))
        }
        job.commands.append(
            BuildJob.Command(["/bin/sh", "-c", DebianBuild.inFolder, "sh", name] + buildWords))
        job.outputs = outputs
        job.epoch = buildInfo.environment.first { $0.name == "SOURCE_DATE_EPOCH" }
            .flatMap { Int64(String(decoding: $0.value.bytes, as: UTF8.self)) }
        return job
    }

    /// What was declared, and what a user alone in a sandbox needs. `SOURCE_DATE_EPOCH` goes by the
    /// job's own field; search path, home and language are the sandbox's where nothing is declared.
    private var environment: [BuildJob.Variable] {
        // A real change of owner fails there in a way that fakeroot does not expect.
        [BuildJob.Variable("FAKEROOTDONTTRYCHOWN", "1")]
            + buildInfo.environment.filter { variable in
                !["SOURCE_DATE_EPOCH", "FAKEROOTDONTTRYCHOWN"].contains(variable.name)
            }
    }

    /// `dpkg-buildpackage` with the parts that were built.
    private var buildWords: [ByteString] {
        let hosts = buildInfo.architectures.filter { $0 != "all" && $0 != "source" }
        let hasCommon = buildInfo.architectures.contains("all")
        let parts: ByteString = hosts.isEmpty ? "all" : hasCommon ? "binary" : "any"
        var words: [ByteString] = ["dpkg-buildpackage", "-us", "-uc", "--build=" + parts]
        if let host = hosts.first, host != buildInfo.buildArchitecture { words.append("-a" + host) }
        return words
    }

    /// Every package that was made, so that one too many shows as well.
    private var outputs: [ByteString] {
        let kinds = [".deb", ".udeb"].filter { suffix in
            buildInfo.packages.contains { $0.name.hasSuffix(suffix) }
        }
        return kinds.map { ByteString("*" + $0) }
    }

    /// All that went in.
    func inputs(
        _ source: SourcePackage, _ installed: [DebianRoot.Installed]
    ) -> [BuildRecord.Resource] {
        let document = BuildRecord.Resource(
            name: buildInfo.source + "_" + buildInfo.version + ".buildinfo",
            sha256: buildInfoDigest)
        let sources = ([source.description] + source.files).map { file in
            BuildRecord.Resource(
                name: file.name,
                uri: PackageURL.debian(source.name, source.version, architecture: "source"),
                sha256: file.sha256)
        }
        let packages = installed.map { package in
            let reference = package.control.reference
            return BuildRecord.Resource(
                name: ByteString(package.file.bytes.split(separator: UInt8(ascii: "/")).last ?? []),
                uri: PackageURL.debian(
                    reference.name, reference.version,
                    architecture: reference.architecture ?? "all"),
                sha256: package.digest)
        }
        return [document] + sources + packages
    }

    /// What is said of a signature that nobody has checked.
    private static func unchecked(_ signed: ClearSigned?) -> String {
        signed == nil ? "is not signed" : "is signed, which was not checked"
    }

    /// What the result rests on and the `.buildinfo` does not say.
    func notes(
        _ added: [Pool.Entry], _ installed: [DebianRoot.Installed], _ source: SourcePackage,
        _ signers: [Signer]
    ) -> [String] {
        var notes = added.map { entry in
            "\(entry.package.shown) was added: no .buildinfo names it, and dpkg-buildpackage needs it"
        }
        if buildInfo.path == nil {
            notes.append(
                "the .buildinfo does not say where it was built; \(folder.parent.escaped)/"
                    + "\(folder.name.escaped) was taken")
        }
        notes += signers.map { signer in
            "the .buildinfo is signed by \(signer.fingerprint.escaped)"
                + (signer.isExpired ? ", a key that has expired since" : "")
        }
        if signers.isEmpty {
            notes.append("the .buildinfo " + DebianBuild.unchecked(buildInfo.signed))
        }
        notes.append("the .dsc " + DebianBuild.unchecked(source.signed))
        let scripts = installed.filter { $0.control.files["postinst"] != nil }.count
        notes.append(
            "no script of a package was run; \(scripts) of \(installed.count) packages have one for "
                + "after their installation")
        return notes
    }
}

/// Names of packages as the Package URL specification writes them.
enum PackageURL {
    /// A Debian package.
    static func debian(
        _ name: ByteString, _ version: ByteString, architecture: ByteString
    ) -> ByteString {
        "pkg:deb/debian/" + encoded(name) + "@" + encoded(version) + "?arch="
            + encoded(architecture)
    }

    /// Every byte but letters, digits and `.-_~` as `%NN`.
    private static func encoded(_ text: ByteString) -> ByteString {
        ByteString(
            text.bytes.flatMap { byte -> [UInt8] in
                let isPlain =
                    (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte)
                    || ".-_~".utf8.contains(byte)
                return isPlain ? [byte] : Array("%\(Hex.encode([byte]).uppercased())".utf8)
            })
    }
}
