import Glibc

// Makes data from a seed, runs tally and the peers that are there in turn, prints what came of it
// as Markdown, and writes the page if everything was measured. Exits 1 if an answer was wrong.

guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
    print(Options.usage)
    exit(64)
}
// Programs sort and compare fastest in the plain locale.
setenv("LC_ALL", "C", 1)
let versions = Peer.allCases.map { ($0, $0.version(askedIn: options.work)) }
let nothing = Command(words: ["true"], peer: nil)
var floor = 0.0
var loads: [Double] = []
var isWrong = false
var chapters: [Page.Chapter] = []
for work in Work.all where options.only.isEmpty || options.only.contains(work.name) {
    print("bench: \(work.name)")
    fflush(nil)
    loads.append(Machine.othersLoad())
    let idle = try? nothing.measure(in: "/", output: "/dev/null")
    floor = max(floor, idle?.memory ?? 0)
    var section: Section
    do {
        section = try work.run(options)
    } catch {
        isWrong = true
        section = Section(rows: [.empty(work.title, "", "**WRONG**: \(error)")])
    }
    for row in section.rows { print(row.line) }
    fflush(nil)
    chapters.append(Page.Chapter(work: work, section: section))
}
let page = Page(
    options: options, versions: versions, loads: loads, floor: floor,
    chapters: chapters)
print("\n\(page.text)")
if options.isWhole, !options.page.isEmpty {
    do {
        try Disk.write(options.page, Array((page.text + "\n").utf8))
    } catch {
        print("bench: \(error)")
        isWrong = true
    }
}
exit(isWrong ? 1 : 0)
