import Bytes
import Findings
import Formats
import Hashing
import TestSupport
import Testing

/// Lists of digests inside artifacts: what is right follows from its root, what is wrong is one.
struct DigestListPairTests {
    private static func record(_ files: [(String, [UInt8])]) -> [UInt8] {
        let lines = files.map { name, content in
            let digest = Base64.encode(SHA256.digest(of: content).bytes)
            let text = digest.replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
            return "\(name),sha256=\(text),\(content.count)\n"
        }
        return Array((lines.joined() + "p-1.dist-info/RECORD,,\n").utf8)
    }

    private static func wheel(_ files: [(String, [UInt8])], record: [UInt8]) -> [UInt8] {
        let entries = files.map { ZipBuilder.Entry(ByteString($0.0), $0.1) }
        return ZipBuilder(entries + [.init("p-1.dist-info/RECORD", record)]).build()
    }

    private let one: [(String, [UInt8])] = [("p/a.py", Array("a = 1\n".utf8)), ("p/b.py", [10])]
    private let two: [(String, [UInt8])] = [("p/a.py", Array("a = 2\n".utf8)), ("p/b.py", [10])]

    @Test func `a record that is right follows from the file`() throws {
        let report = Workbench.compare(
            Self.wheel(one, record: Self.record(one)), Self.wheel(two, record: Self.record(two)))
        Workbench.check(report, "wheel")
        #expect(report.roots.map(\.path) == [["p/a.py"]])
        let list = try #require(
            report.findings.first { $0.path == ["p-1.dist-info/RECORD"] && $0.kind == .content })
        #expect(list.role == .derived)
        #expect(list.rootID == report.roots[0].id)
        // What followed from the list follows from its root now.
        let roots = Set(report.roots.map(\.id))
        #expect(report.findings.allSatisfy { $0.rootID.map { roots.contains($0) } ?? true })
    }

    @Test(arguments: [Unread.Place.left, .right])
    func `a record that is wrong about its own side is a root`(side: Unread.Place) throws {
        let lie = Self.record([("p/a.py", Array("a = 3\n".utf8)), ("p/b.py", [10])])
        let isLeft = side == .left
        let report = Workbench.compare(
            Self.wheel(one, record: isLeft ? lie : Self.record(one)),
            Self.wheel(two, record: isLeft ? Self.record(two) : lie))
        let list = try #require(
            report.findings.first { $0.path == ["p-1.dist-info/RECORD"] && $0.kind == .content })
        #expect(list.role == .root)
        #expect(list.note == "the \(side.rawValue) list is wrong about p/a.py of its own side")
    }

    @Test func `a record that leaves a file out is a root`() throws {
        let report = Workbench.compare(
            Self.wheel(one, record: Self.record(one)),
            Self.wheel(one, record: Self.record([one[0]])))
        #expect(report.verdict == .different)
        #expect(report.roots.contains { $0.path == ["p-1.dist-info/RECORD"] })
    }

    @Test func `the md5sums of a package follow from its data`() throws {
        func read(_ folder: String) throws -> [UInt8] {
            try Vector.read("packages/\(folder)/libtally-sample_1.0_amd64.deb")
        }
        let report = Workbench.compare(try read("one"), try read("changed"))
        let lists = report.findings.filter { $0.path.last == "./md5sums" && $0.kind == .content }
        #expect(lists.count == 1)
        #expect(lists.first?.role == .derived)
        #expect(report.roots.allSatisfy { $0.path.first == "data.tar.xz" })
    }
}
