import Bytes
import Glibc
import Hashing

/// What is in a root folder while packages are unpacked into it, several at once.
///
/// What comes out does not depend on who comes first. A path belongs to one package; a folder has
/// the mode and time of the first package in the order of all; another package's file gives way
/// only where a package says that it replaces that one (Debian Policy, section 7.6), or both have
/// the same bytes.
final class RootTree: Sendable {
    /// What a path is.
    enum Kind: Hashable {
        case folder(mode: UInt32, time: Int64)
        case file
        case link(ByteString)
    }

    /// Whose a path is, and what.
    struct Claim {
        /// The index of the package; `made` for what no package has.
        var owner: Int
        var kind: Kind
    }

    /// A file that is in a second package, whose bytes have to be those that are there.
    struct Shared {
        let place: RootPath
        let owner: Int
        let digest: Digest
    }

    /// What changes while packages are unpacked.
    private struct State {
        var claims: [RootPath: Claim] = [.root: Claim(owner: made, kind: ordinary)]
        var packages: [Int: PackageControl] = [:]
        var shared: [Shared] = []
        /// The latest time of any member.
        var latest: Int64 = 0
    }

    /// The owner of what no package has.
    static let made = Int.max
    /// A folder that nobody says anything of.
    static let ordinary = Kind.folder(mode: 0o755, time: 0)

    /// The folder.
    let folder: RootFolder
    private let state = Guarded(State())

    /// A tree of an empty folder.
    init(_ folder: RootFolder) { self.folder = folder }

    /// Says what package an index is, before any member of it comes.
    func enter(_ package: PackageControl, as index: Int) {
        state.withLock { $0.packages[index] = package }
    }

    /// The claim on a path.
    func claim(_ place: RootPath) -> Claim? { state.withLock { $0.claims[place] } }

    /// The time for what is made here: the latest of any member.
    var latest: Int64 { state.withLock { $0.latest } }

    /// Puts a folder there.
    func addFolder(
        _ place: RootPath, mode: UInt32, time: Int64, by owner: Int
    ) throws(RebuildError) {
        try state.withLock { state throws(RebuildError) in
            state.latest = max(state.latest, time)
            let claim = Claim(owner: owner, kind: .folder(mode: mode, time: time))
            guard let there = state.claims[place] else {
                try addParents(of: place, &state)
                try folder.makeFolder(place)
                state.claims[place] = claim
                return
            }
            guard case .folder = there.kind else {
                throw conflict(place, there, claim, state)
            }
            if owner < there.owner { state.claims[place] = claim }
        }
    }

    /// Begins a file: its descriptor; `nil` if another package's file stays there, and whether that
    /// one's bytes have to be the same.
    func beginFile(
        _ place: RootPath, time: Int64, by owner: Int
    ) throws(RebuildError) -> (file: Int32?, isShared: Bool) {
        try state.withLock { state throws(RebuildError) in
            state.latest = max(state.latest, time)
            switch try give(place, Claim(owner: owner, kind: .file), &state) {
            case .take: return (try folder.makeFile(place), false)
            case .leave: return (nil, false)
            case .share: return (nil, true)
            }
        }
    }

    /// Puts a symbolic link there.
    func addLink(
        _ place: RootPath, to target: ByteString, time: Int64, by owner: Int
    ) throws(RebuildError) {
        try state.withLock { state throws(RebuildError) in
            if owner != RootTree.made { state.latest = max(state.latest, time) }
            let claim = Claim(owner: owner, kind: .link(target))
            if try give(place, claim, &state) == .take {
                try folder.makeLink(place, to: target, time: time)
            }
        }
    }

    /// Puts another name of a file of the same package there.
    func addHardLink(
        _ place: RootPath, to other: RootPath, by owner: Int
    ) throws(RebuildError) {
        try state.withLock { state throws(RebuildError) in
            guard let target = state.claims[other], target.owner == owner, target.kind == .file
            else {
                throw RebuildError(
                    .input,
                    "\(name(owner, state)) links \(place.shown) to \(other.shown), which is no file "
                        + "of its own before it")
            }
            switch try give(place, Claim(owner: owner, kind: .file), &state) {
            case .take: try folder.makeHardLink(place, to: other)
            case .leave: return
            case .share:
                let digest = try RootTree.digest(folder.read(other))
                state.shared.append(Shared(place: place, owner: owner, digest: digest))
            }
        }
    }

    /// Remembers that a file there has to have this digest in the end.
    func expect(_ shared: Shared) { state.withLock { $0.shared.append(shared) } }

    // MARK: Who gets a path

    private enum Decision { case take, leave, share }

    /// Decides about a path that is no folder, and clears it if it is taken from another package.
    private func give(
        _ place: RootPath, _ claim: Claim, _ state: inout State
    ) throws(RebuildError) -> Decision {
        guard let there = state.claims[place] else {
            try addParents(of: place, &state)
            state.claims[place] = claim
            return .take
        }
        guard there.owner != claim.owner else { throw conflict(place, there, claim, state) }
        if case .folder = there.kind { throw conflict(place, there, claim, state) }
        switch (
            replaces(claim.owner, there.owner, state), replaces(there.owner, claim.owner, state)
        ) {
        case (false, false):
            guard there.kind == claim.kind else { throw conflict(place, there, claim, state) }
            return claim.kind == .file ? .share : .leave
        case (false, true): return .leave
        case (true, true) where claim.owner < there.owner: return .leave
        case (true, _):
            try folder.remove(place)
            state.claims[place] = claim
            return .take
        }
    }

    private func replaces(_ new: Int, _ old: Int, _ state: State) -> Bool {
        guard let new = state.packages[new], let old = state.packages[old] else { return false }
        return new.replaces(old)
    }

    /// Makes the folders above a path that no package has named so far.
    private func addParents(of place: RootPath, _ state: inout State) throws(RebuildError) {
        guard let parent = place.parent else { return }
        if let there = state.claims[parent] {
            guard case .folder = there.kind else {
                throw RebuildError(
                    .input,
                    "\(place.shown) would lie behind \(parent.shown) of \(name(there.owner, state)), "
                        + "which is no folder; such packages cannot be unpacked side by side")
            }
            return
        }
        try addParents(of: parent, &state)
        try folder.makeFolder(parent)
        state.claims[parent] = Claim(owner: RootTree.made, kind: RootTree.ordinary)
    }

    private func conflict(
        _ place: RootPath, _ there: Claim, _ new: Claim, _ state: State
    ) -> RebuildError {
        let names = [name(there.owner, state), name(new.owner, state)].sorted()
        return RebuildError(
            .input,
            names[0] == names[1]
                ? "\(names[0]) has \(place.shown) twice"
                : "\(names[0]) and \(names[1]) both have \(place.shown), and neither replaces the "
                    + "other")
    }

    private func name(_ owner: Int, _ state: State) -> String {
        state.packages[owner]?.reference.shown ?? "the root"
    }
}

extension RootTree {
    /// Checks files that are in several packages, and gives every folder its mode and time.
    func finish() throws(RebuildError) {
        let (shared, claims) = state.withLock { ($0.shared, $0.claims) }
        for file in shared.sorted(by: { ($0.place, $0.owner) < ($1.place, $1.owner) }) {
            guard try RootTree.digest(folder.read(file.place)) == file.digest else {
                throw state.withLock { state in
                    let there = state.claims[file.place] ?? Claim(owner: RootTree.made, kind: .file)
                    return conflict(file.place, there, Claim(owner: file.owner, kind: .file), state)
                }
            }
        }
        let latest = latest
        for (place, claim) in claims.sorted(by: { $0.key > $1.key }) {
            guard case .folder(let mode, let time) = claim.kind else { continue }
            try folder.setFolder(place, mode: mode, time: time == 0 ? latest : time)
        }
    }

    /// The digest of a file that is read through.
    fileprivate static func digest(_ file: FileSource) throws(RebuildError) -> Digest {
        do throws(SourceError) {
            return try SHA256.digest(of: RangeSource(file))
        } catch {
            throw RebuildError(.io, error.message)
        }
    }

    /// Puts a file there that no package has.
    func addFile(
        _ place: RootPath, _ content: [UInt8], mode: UInt32 = 0o644
    ) throws(RebuildError) {
        let (file, _) = try beginFile(place, time: 0, by: RootTree.made)
        guard let file else {
            throw RebuildError(.input, "\(place.shown) is there already, from a package")
        }
        defer { close(file) }
        try Files.write(content[...], to: file, place.text)
        try folder.finish(file, mode: mode, time: latest, place)
    }
}
