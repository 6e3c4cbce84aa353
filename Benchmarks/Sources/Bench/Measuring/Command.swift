import Glibc

/// A program with its arguments, run in the folder of its data.
struct Command {
    /// The program and its arguments.
    let words: [String]
    /// The peer that it needs; `nil` for tally.
    let peer: Peer?
    /// The exit codes that are no failure.
    var codes: ClosedRange<Int32> = 0...0
    /// Whether the output goes to `/dev/null`. GNU cmp does less where it sees that, so this is for
    /// decoders only.
    var isDiscarded = false

    /// What a person would type; `tally` stands for the binary that is measured.
    var text: String {
        if words.first == "sh" { return words[2] }
        return ([peer == nil ? "tally" : words[0]] + words.dropFirst()).joined(separator: " ")
    }

    /// The name of the program in tables.
    var name: String { peer?.rawValue ?? "tally" }

    var isPresent: Bool { peer?.isPresent ?? true }

    /// A peer and its arguments.
    static func peer(_ peer: Peer, _ arguments: String..., codes: ClosedRange<Int32> = 0...0)
        -> Command
    {
        Command(words: [peer.rawValue] + arguments, peer: peer, codes: codes)
    }

    /// A line for the shell that runs a peer.
    static func shell(_ peer: Peer, _ line: String) -> Command {
        Command(words: ["sh", "-c", line], peer: peer)
    }

    /// The same, its output thrown away.
    func discarded() -> Command {
        var command = self
        command.isDiscarded = true
        return command
    }
}
