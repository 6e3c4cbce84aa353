import Bytes
import Findings
import Hashing
import Reporting
import TestSupport
import Testing

/// Reports with everything in them that text can show.
enum Sample {
    static func digest(_ text: String) -> Digest { SHA256.digest(of: Array(text.utf8)) }

    static func side(_ path: ByteString, _ content: String) -> Side {
        Side(path: path, kind: .file, digest: digest(content), size: UInt64(content.utf8.count))
    }

    static func report(_ verdict: Verdict) -> Report {
        var report = Report(
            verdict: verdict, complete: verdict != .inconclusive, left: side("one/tool.deb", "A"),
            right: side("two/tool.deb", verdict == .identical ? "A" : "B"), view: "portable",
            profile: Report.Profile(name: "archive", digest: digest("profile")),
            tool: Report.Tool(name: "tally", version: "0.1.0"))
        switch verdict {
        case .identical: break
        case .equivalent: makeEquivalent(&report)
        case .different: report.findings = findings
        case .inconclusive:
            report.firstDifference = 136
            report.unread = [
                Unread(
                    side: .left, location: Location(["data.tar.xz"], offset: 7),
                    reason: "truncated", message: "the data ends inside a tar header"),
                Unread(
                    side: .both, location: Location([]), reason: "limit",
                    message: "more than 4 members; raise --max-members to go on"),
            ]
        }
        return report
    }

    private static func makeEquivalent(_ report: inout Report) {
        report.left.normalForm = digest("N")
        report.right.normalForm = digest("N")
        report.firstDifference = 24
        let items = [
            Tolerated(
                rule: "tar.mtime", version: 1,
                location: Location(["data.tar.xz", "./usr"], field: "tar.mtime"), left: "1",
                right: "2"),
            Tolerated(
                rule: "tar.mtime", version: 1, location: Location(["b"], field: "tar.mtime"),
                left: nil, right: "3"),
        ]
        report.normalizations = [
            Normalization(
                rule: "tar.mtime", version: 1, count: 2, first: items, listDigest: digest("L"))
        ]
    }

    static var findings: [Finding] {
        var field = Finding(
            id: "f1", path: ["data.tar.xz", "./usr/bin/tool"], field: "tar.mode", kind: .field)
        field.left = Extent(ByteRange(start: 612, length: 8))
        field.right = Extent(ByteRange(start: 612, length: 8))
        field.leftValue = "0755"
        field.rightValue = "04755"
        var sum = Finding(
            id: "f2", path: field.path, field: "tar.header.checksum", kind: .field)
        sum.role = .derived
        sum.rootID = "f1"
        var text = Finding(id: "f3", path: ["data.tar.xz", "./etc/conf"], kind: .content)
        text.ranges = [
            RangePair(
                left: ByteRange(start: 2, length: 1), right: ByteRange(start: 2, length: 3))
        ]
        text.lines = LineDiff(
            hunks: [
                LineDiff.Hunk(
                    leftStart: 1, rightStart: 1,
                    lines: [
                        LineDiff.Line(.both, "same"), LineDiff.Line(.left, "old\u{1b}[2J"),
                        LineDiff.Line(.right, "new", isTerminated: false),
                    ])
            ], removed: 1, added: 1, isCapped: false)
        var bytes = Finding(id: "f4", path: ["a \n#9 forged"], kind: .content)
        bytes.ranges = [
            RangePair(left: ByteRange(start: 17, length: 1), right: ByteRange(start: 17, length: 1))
        ]
        bytes.omittedRanges = 3
        bytes.context = HexContext(
            leftStart: 16, left: Array("\u{1b}]0;title\u{7}".utf8), rightStart: 16,
            right: Array("plain text here!+".utf8))
        var gone = Finding(id: "f5", path: ["gone"], kind: .member)
        gone.leftValue = "3 bytes"
        return [field, sum, text, bytes, gone]
    }
}

struct TextReportTests {
    @Test(arguments: [
        Verdict.identical, .equivalent, .different, .inconclusive,
    ])
    func `reads as it always did`(verdict: Verdict) throws {
        var options = TextReport.Options()
        options.isVerbose = true
        let text = TextReport(Sample.report(verdict), options).text
        try Snapshot.check(text, "\(verdict.rawValue).txt")
    }

    @Test func `the first line says the verdict, and what is missing`() {
        func first(_ report: Report) -> String {
            String(TextReport(report).text.prefix { $0 != "\n" })
        }
        #expect(first(Sample.report(.identical)) == "IDENTICAL: the same bytes")
        #expect(first(Sample.report(.equivalent)) == "NOT IDENTICAL: the same after 1 named rule")
        var report = Sample.report(.different)
        #expect(first(report) == "DIFFERENT: 4 root differences")
        report.complete = false
        report.unread = Sample.report(.inconclusive).unread
        #expect(
            first(report)
                == "DIFFERENT: 4 root differences (incomplete: 2 things could not be read)")
        #expect(
            first(Sample.report(.inconclusive)) == "INCONCLUSIVE: 2 things could not be judged")
        for verdict in [Verdict.equivalent, .different, .inconclusive] {
            #expect(!TextReport(Sample.report(verdict)).text.hasPrefix("IDENTICAL"))
        }
    }

    @Test(arguments: 0..<60)
    func `no name reaches the terminal as a control or as a line`(seed: UInt64) {
        var random = SeededGenerator(seed)
        let hostile: [[UInt8]] = [
            [0x1b, 0x5b, 0x32, 0x4a], [0x0a], [0x0d], [0xe2, 0x80, 0xae], [0xff, 0xfe], [0],
            [0xc2, 0x9b], [0xe2, 0x80, 0xa8], Array("IDENTICAL".utf8), [7], [9],
        ]
        func name() -> ByteString {
            ByteString((0..<4).flatMap { _ in random.pick(hostile) + random.bytes(1) })
        }
        var report = Report(
            verdict: .different, complete: false,
            left: Side(path: name(), kind: .file, digest: nil, size: 1),
            right: Side(path: name(), kind: .tree, digest: nil, size: 1), view: "portable",
            profile: Report.Profile(name: "archive", digest: Sample.digest("p")),
            tool: Report.Tool(name: "tally", version: "0"))
        var finding = Finding(id: "1", path: [name(), name()], field: "tar.path", kind: .content)
        finding.leftValue = name().escaped
        finding.lines = LineDiff(
            hunks: [
                LineDiff.Hunk(
                    leftStart: 1, rightStart: 1,
                    lines: [LineDiff.Line(.left, name()), LineDiff.Line(.right, name())])
            ], removed: 1, added: 1, isCapped: true)
        finding.context = HexContext(
            leftStart: 0, left: name().bytes, rightStart: 0, right: random.bytes(32))
        report.findings = [finding]
        report.excluded = [name()]
        report.inputs = [NamedDigest(name: name(), digest: Sample.digest("i"))]
        report.left.origin.builder = name()
        report.unread = [
            Unread(side: .left, location: Location([name()]), reason: "io", message: "m")
        ]
        var calm = report
        calm.findings[0].leftValue = "x"
        let text = TextReport(report).text
        for scalar in text.unicodeScalars where scalar != "\n" {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                Issue.record("U+\(Hex.encode(UInt64(scalar.value), width: 4)) came through")
            default: break
            }
        }
        #expect(!text.split(separator: "\n").dropFirst().contains { $0.hasPrefix("IDENTICAL") })
        #expect(text.count { $0 == "\n" } == TextReport(calm).text.count { $0 == "\n" })
        let json = String(decoding: JSONReport(report).text, as: UTF8.self)
        #expect(!json.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        #expect(throws: Never.self) { try JSON(parsing: JSONReport(report).text) }
    }

    @Test func `the first line says that only signatures differ, if the report notes it`() {
        var report = Sample.report(.different)
        #expect(TextReport(report).text.hasPrefix("DIFFERENT: \(report.roots.count) root"))
        report.notes = [Report.onlySignatures, "another note"]
        let lines = TextReport(report).text.split(separator: "\n")
        #expect(lines.first == "DIFFERENT: differs only in signatures")
        #expect(lines.filter { $0.contains("signatures") }.count == 1)
        #expect(lines.contains("note   another note"))
    }

    @Test func `colours only where they are asked for`() {
        var options = TextReport.Options()
        #expect(!TextReport(Sample.report(.different), options).text.contains("\u{1b}"))
        options.usesColor = true
        let text = TextReport(Sample.report(.different), options).text
        #expect(text.hasPrefix("\u{1b}[1;31mDIFFERENT"))
        #expect(text.contains("\u{1b}[1;32m+new\u{1b}[0m"))
    }

    @Test func `long lists are cut short, and say so`() {
        var report = Sample.report(.different)
        let lines = (0..<500).map { LineDiff.Line(.left, ByteString("line \($0)")) }
        report.findings = (0..<80).map {
            Finding(id: "\($0)", path: [ByteString("f\($0)")], kind: .content)
        }
        report.findings[0].lines = LineDiff(
            hunks: [LineDiff.Hunk(leftStart: 1, rightStart: 1, lines: lines)], removed: 500,
            added: 0, isCapped: false)
        let text = TextReport(report).text
        #expect(text.contains("… and 30 more differences"))
        #expect(text.contains("line 39") && !text.contains("line 40\n"))
        #expect(text.contains("… more lines; the JSON report lists them"))
    }
}
