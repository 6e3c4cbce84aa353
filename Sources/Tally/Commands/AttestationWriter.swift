import ArgumentParser
import Attestation
import Bytes
import Findings
import Glibc
import Hashing

/// Turns a report into an attestation to be signed: hashes what it is about.
struct AttestationWriter {
    /// Stands in the predicate; with a deterministic key it makes the attestation reproducible.
    let time: Timestamp
    /// Which side is attested.
    let subject: Predicate.Place
    /// Whether the digests are taken from the report: then the statement says that nothing was
    /// hashed again.
    let trustsReport: Bool
    /// What the verdict rests on.
    var basis = Predicate.Basis.compared
    /// In whose words it is stated.
    var form = AttestationForm.comparison
    /// The step that a link names.
    var step: ByteString = "rebuild"

    /// A time as typed, or the clock's.
    static func timestamp(_ text: String?) throws -> Timestamp {
        guard let text else {
            guard let now = Timestamp(seconds: Int64(Glibc.time(nil))) else {
                throw Trouble(
                    "the clock has no time that can be written down; give one with --time")
            }
            return now
        }
        guard let time = Timestamp(ByteString(text)) else {
            throw ValidationError("A time is written like 2026-01-31T12:00:00Z.")
        }
        return time
    }

    /// The envelope that says what the report says, not signed yet.
    func envelope(of report: [UInt8]) throws -> Envelope {
        var claims = Predicate.Claims(time: time)
        claims.subject = subject
        claims.basis = basis
        claims.hashedAgain = !trustsReport
        let predicate = try attesting { () throws(AttestationError) in
            try Predicate(reportText: report, claims: claims)
        }
        let subjects = try subjects(of: predicate)
        return try attesting { () throws(AttestationError) in
            try form.envelope(predicate, subjects, step: step)
        }
    }

    // MARK: Subjects

    /// The artifact itself and, for a folder, one subject per file if there are few enough; of
    /// more, none. Both sides are hashed again and must be what the report says.
    private func subjects(of predicate: Predicate) throws -> [Subject] {
        let build = predicate.build
        if trustsReport { return [Subject(name: build.name, trusting: build.sha256)] }
        let view =
            TreeView.allCases.first { predicate.view == ByteString($0.rawValue) } ?? .portable
        guard build.kind != .stated else {
            throw Trouble(
                "\(build.name.escaped) is a statement, and what it speaks of was not read; attest "
                    + "the other side with --subject, or sign with --trust-report")
        }
        let own = try digests(build, view)
        let other = try digest(ofCounterpart: predicate.counterpart, view)
        let isLeft = predicate.subject == .left
        try attesting { () throws(AttestationError) in
            try predicate.confirm(
                left: isLeft ? own.digests.sha256 : other,
                right: isLeft ? other : own.digests.sha256)
        }
        var subjects = [try subject(build.name, own.digests)]
        if own.files.count < Statement.subjectLimit {
            for (name, digests) in own.files { subjects.append(try subject(name, digests)) }
        }
        return subjects
    }

    /// One subject for each file of a folder.
    func subjects(ofFilesIn folder: ByteString) throws -> [Subject] {
        try digests(ofFilesIn: try Tree(root: folder)).map { try subject($0, $1) }
    }

    /// A subject by both digests, SHA-256 and SHA-512.
    private func subject(_ name: ByteString, _ digests: ArtifactDigests) throws -> Subject {
        try attesting { () throws(AttestationError) in
            try Subject(name: name, sha256: digests.sha256, sha512: digests.sha512)
        }
    }

    /// The other side's digest, made again. Of what a statement gives, the statement must still be
    /// the file that it was.
    private func digest(ofCounterpart build: Predicate.Build, _ view: TreeView) throws -> Digest {
        guard build.kind == .stated else { return try digests(build, view).digests.sha256 }
        guard let path = build.path, let statement = build.provenance,
            try SHA256.digest(of: RangeSource(FileSource(path: path))) == statement.sha256
        else {
            throw Trouble(
                "\(build.name.escaped) is not the statement any more that was compared with; "
                    + "compare again")
        }
        return build.sha256
    }

    /// Digests of a side, read now, and of each of its files up to the limit. Standard input is
    /// gone by now and cannot be read again.
    private func digests(
        _ build: Predicate.Build, _ view: TreeView
    ) throws -> (digests: ArtifactDigests, files: [(ByteString, ArtifactDigests)]) {
        guard let path = build.path, path != "-" else {
            throw Trouble(
                "what came on standard input cannot be hashed again; sign with --trust-report")
        }
        if build.kind == .set { return try digests(ofSet: path) }
        guard build.kind == .tree else {
            let file = try FileSource(path: path)
            let digests = try ArtifactDigests(of: RangeSource(file))
            try file.checkUnchanged()
            return (digests, [])
        }
        let tree = try Tree(root: path)
        return (try TreeListing.digests(of: tree, view: view), try digests(ofFilesIn: tree))
    }

    /// A set is its list; its files are subjects of their own.
    private func digests(
        ofSet path: ByteString
    ) throws -> (digests: ArtifactDigests, files: [(ByteString, ArtifactDigests)]) {
        let file = try FileSource(path: path)
        guard let set = try FileSet(path: path, file: file) else {
            throw Trouble("\(path.escaped) is no list of files any more; compare again")
        }
        let digests = try ArtifactDigests(of: RangeSource(file))
        try file.checkUnchanged()
        let files = try self.digests(ofFilesIn: set.tree)
        // The list was compared, and its files through it: they must still be what it says.
        let claims = Dictionary(
            set.list.entries.map { ($0.name, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        for (name, found) in files {
            guard let claim = claims[name], claim == found.sha256 else {
                throw Trouble(
                    "\(name.escaped) is not what \(path.escaped) says it is; compare again")
            }
        }
        guard set.missing.isEmpty else {
            throw Trouble("\(set.missing[0].escaped) is not there any more; compare again")
        }
        return (digests, files)
    }

    /// Digests of the files of a tree, up to the limit, in order of their paths.
    private func digests(ofFilesIn tree: Tree) throws -> [(ByteString, ArtifactDigests)] {
        var files: [(ByteString, ArtifactDigests)] = []
        for node in tree.nodes where node.kind == .file && files.count < Statement.subjectLimit {
            let file = try tree.open(node)
            files.append((node.path, try ArtifactDigests(of: RangeSource(file))))
            try file.checkUnchanged()
        }
        return files
    }
}

/// Runs work with statements; its errors become trouble.
func attesting<Value>(_ work: () throws(AttestationError) -> Value) throws -> Value {
    do {
        return try work()
    } catch {
        throw Trouble(error.message)
    }
}
