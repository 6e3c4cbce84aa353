import Bytes
import Programs

/// This machine's apt, with fixed arguments. Its own lists and settings are never changed.
struct Apt {
    /// Where files go.
    let folder: ByteString
    /// Its environment, as `NAME=VALUE`; what it says has to be in English.
    let environment: [ByteString]

    /// Downloads packages; those without a version in the one that apt prefers.
    ///
    /// - Returns: what went wrong. What is gone is left out, so that the rest comes.
    func download(_ packages: [PackageReference]) throws(RebuildError) -> [String] {
        let known = try known(packages)
        let within = packages.filter { package in
            package.version.isEmpty || package.architecture != nil
                || known.contains([package.name, package.version])
        }
        guard !within.isEmpty else { return [] }
        let result = try run(["apt-get", "-q", "download"] + within.map { Apt.word($0) })
        guard result.status != 0 else { return [] }
        // One that cannot be had stops all: then each for itself.
        var problems: [String] = []
        for package in within {
            let result = try run(["apt-get", "-q", "download", Apt.word(package)])
            if result.status != 0 { problems.append("\(package.shown): \(Apt.reason(result))") }
        }
        return problems
    }

    /// The versions that apt's lists have of packages.
    private func known(_ packages: [PackageReference]) throws(RebuildError) -> Set<[ByteString]> {
        let result = try run(["apt-cache", "madison"] + packages.map(\.name))
        let lines = result.output.split(separator: 0x0a).map { line in
            ByteString(line).split(at: "|").map(\.trimmed)
        }
        return Set(lines.filter { $0.count == 3 }.map { Array($0[..<2]) })
    }

    /// Downloads a source package; from lists of its own where the machine has none of sources.
    ///
    /// - Returns: what went wrong.
    func downloadSource(_ source: PackageReference) throws(RebuildError) -> [String] {
        let own = try run([
            "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Sources",
        ])
        let options = own.output.isEmpty ? try privateLists() : []
        let word = source.name + "=" + source.version
        let result = try run(
            ["apt-get"] + options + ["-q", "source", "--download-only", word])
        return result.status == 0 ? [] : ["the source \(source.shown): \(Apt.reason(result))"]
    }

    /// Options for lists of sources that lie in the folder: of the archives that the machine has
    /// packages from.
    private func privateLists() throws(RebuildError) -> [ByteString] {
        let format: ByteString = "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)"
        let result = try run([
            "apt-get", "indextargets", "--format", format, "Created-By: Packages",
        ])
        let lines = Set(result.output.split(separator: 0x0a).map { ByteString($0) }).sorted()
        let list = folder.appending("sources.list")
        try Files.write(lines.flatMap { $0.bytes + [0x0a] }, to: list)
        for name: ByteString in ["lists", "lists/partial", "cache", "cache/archives"] {
            try Files.makeFolder(folder.appending(name), mode: 0o755)
        }
        var options: [ByteString] = []
        for (name, value): (ByteString, ByteString) in [
            ("Dir::Etc::sourcelist", "sources.list"), ("Dir::Etc::sourceparts", ""),
            ("Dir::State::lists", "lists"), ("Dir::Cache", "cache"),
        ] {
            let place = value.isEmpty ? "-" : try absolute(value)
            options += ["-o", name + "=" + place]
        }
        // Some archives have no sources: what counts is whether this one comes.
        _ = try run(["apt-get"] + options + ["-q", "update"])
        return options
    }

    /// Where something in the folder is, for apt, which runs in it.
    private func absolute(_ name: ByteString) throws(RebuildError) -> ByteString {
        try folder.appending(name).resolved()
    }

    private static func word(_ package: PackageReference) -> ByteString {
        let name = package.name + (package.architecture.map { ":" + $0 } ?? "")
        return package.version.isEmpty ? name : name + "=" + package.version
    }

    /// Why apt failed: its first error, as the last only says that there was one.
    private static func reason(_ outcome: ChildProgram.Outcome) -> String {
        let mark = Array("E: ".utf8)
        let error = outcome.errors.split(separator: 0x0a).first { $0.starts(with: mark) }
        return error.map { Escape.visible($0.dropFirst(mark.count).prefix(300)) } ?? outcome.reason
    }

    private func run(_ words: [ByteString]) throws(RebuildError) -> ChildProgram.Outcome {
        var program = ChildProgram(words)
        program.folder = folder
        program.environment = environment
        return try program.outcome()
    }
}
