import Glibc

/// A program that does, in part, what tally does. Any of them may be absent.
enum Peer: String, CaseIterable {
    case cmp, diff, diffoscope, git, gzip, openssl, rsync, sha256sum, xz, zstd

    /// Whether it is on this machine.
    var isPresent: Bool { Peer.path(of: rawValue) != nil }

    /// What makes it say its version.
    private var question: [String] { self == .openssl ? ["version"] : ["--version"] }

    /// The first line of what it says of itself; `nil` where it is absent.
    func version(askedIn folder: String) -> String? {
        guard isPresent else { return nil }
        let file = "\(folder)/version"
        let asked = Command(words: [rawValue] + question, peer: self)
        guard (try? asked.measure(in: folder, output: file)) != nil else {
            return "of unknown version"
        }
        return Disk.text(file).split(separator: "\n").first.map(String.init)
    }

    /// Where `PATH` has a program.
    static func path(of program: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
            .first { access($0, X_OK) == 0 }
    }
}
