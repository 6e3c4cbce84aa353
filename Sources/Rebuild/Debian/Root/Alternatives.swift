import Bytes

/// The links that `update-alternatives` would make (update-alternatives(1)), as the packages' own
/// scripts ask for them.
struct Alternatives {
    let tree: RootTree
    let isMerged: Bool

    /// A link of a group: where it is, its name in `/etc/alternatives`, where it leads.
    struct Link: Hashable {
        var place, name, target: ByteString
    }

    /// One choice of a group.
    struct Choice: Hashable {
        var main: Link
        var priority: Int
        var others: [Link] = []
    }

    /// Adds, for each group, the choice with the highest priority among those that are there.
    func add(of packages: [PackageControl]) throws(RebuildError) {
        var groups: [ByteString: [Choice]] = [:]
        for package in packages.sorted(by: { $0.reference < $1.reference }) {
            let script = package.files["postinst"] ?? []
            for choice in Alternatives.choices(in: script) where isThere(choice.main.target) {
                groups[choice.main.name, default: []].append(choice)
            }
        }
        for (_, choices) in groups.sorted(by: { $0.key < $1.key }) {
            let highest = choices.map(\.priority).max()
            guard let best = choices.first(where: { $0.priority == highest }) else { continue }
            try add(best, among: choices)
        }
    }

    private func isThere(_ path: ByteString) -> Bool {
        RootPath(path, isMerged: isMerged).flatMap { tree.claim($0) } != nil
    }

    private func add(_ best: Choice, among choices: [Choice]) throws(RebuildError) {
        for link in [best.main] + best.others where isThere(link.target) {
            try makeLink(link.place, to: "/etc/alternatives/" + link.name)
            try makeLink("/etc/alternatives/" + link.name, to: link.target)
        }
        guard
            let record = RootPath(
                "var/lib/dpkg/alternatives/" + best.main.name, isMerged: isMerged),
            tree.claim(record) == nil
        else { return }
        try tree.addFile(record, Alternatives.record(best, choices))
    }

    private func makeLink(_ path: ByteString, to target: ByteString) throws(RebuildError) {
        guard let place = RootPath(path, isMerged: isMerged), tree.claim(place) == nil else {
            return
        }
        try tree.addLink(place, to: target, time: tree.latest, by: RootTree.made)
    }

    /// What dpkg keeps of a group.
    private static func record(_ best: Choice, _ choices: [Choice]) -> [UInt8] {
        let names = Set(choices.flatMap { $0.others.map(\.name) }).sorted()
        var lines: [ByteString] = ["auto", best.main.place]
        for name in names {
            let place = choices.flatMap(\.others).first { $0.name == name }?.place
            lines += [name, place ?? ""]
        }
        lines.append("")
        var written: Set<ByteString> = []
        for choice in choices where written.insert(choice.main.target).inserted {
            lines += [choice.main.target, ByteString(String(choice.priority))]
            lines += names.map { name in
                choice.others.first { $0.name == name }?.target ?? ""
            }
        }
        return (lines + [""]).flatMap { $0.bytes + [0x0a] }
    }

    /// The choices that a script installs.
    static func choices(in script: [UInt8]) -> [Choice] {
        ShellWords(script, callsOf: "update-alternatives").calls.compactMap { choice(of: $0) }
    }

    /// Reads `--install LINK NAME PATH PRIORITY [--slave LINK NAME PATH]…`; `nil` for another call.
    private static func choice(of words: [ByteString]) -> Choice? {
        guard let start = words.firstIndex(of: "--install"), words.count >= start + 5,
            let priority = Int(String(decoding: words[start + 4].bytes, as: UTF8.self))
        else { return nil }
        func link(_ at: Int) -> Link {
            Link(place: words[at], name: words[at + 1], target: words[at + 2])
        }
        var choice = Choice(main: link(start + 1), priority: priority)
        var index = start + 5
        while index + 3 < words.count, words[index] == "--slave" {
            choice.others.append(link(index + 1))
            index += 4
        }
        let links = [choice.main] + choice.others
        let areSound = links.allSatisfy { link in
            link.place.hasPrefix("/") && link.target.hasPrefix("/") && link.name.isFileName
        }
        return areSound ? choice : nil
    }
}
