import Anatomy
import Bytes
import Findings
import Formats
import TestSupport
import Testing

/// Where two programs differ.
struct ElfTests {
    private func program(_ change: (inout ElfBuilder) -> Void = { _ in }) -> [UInt8] {
        let id = ElfBuilder.note("GNU", type: 3, Array(repeating: 7, count: 20))
        var file = ElfBuilder([
            .init(".note.gnu.build-id", type: 7, id),
            .init(".text", Array(repeating: 0x90, count: 100)), .init(".data", [1, 2, 3]),
        ])
        change(&file)
        return file.build()
    }

    private func compare(_ left: [UInt8], _ right: [UInt8]) -> Report {
        let report = Workbench.compare(left, right, Workbench.options(.packaging()))
        Workbench.check(report, report.short)
        #expect(report.verdict == .different)
        return report
    }

    @Test func `a byte of code is found in its section`() {
        let report = compare(program(), program { $0.sections[1].bytes[42] = 0xcc })
        #expect(report.findings.map(\.path) == [[".text"]])
        #expect(report.findings.first?.ranges.map(\.left) == [ByteRange(start: 42, length: 1)])
    }

    @Test func `a build-id follows from what differs, or stands alone`() {
        let alone = compare(program(), program { $0.sections[0].bytes[20] = 8 })
        #expect(alone.roots.map(\.field) == ["elf.build-id"])
        #expect(alone.roots.first?.path == [".note.gnu.build-id"])
        let both = compare(
            program(),
            program {
                $0.sections[0].bytes[20] = 8
                $0.sections[1].bytes[1] = 0xcc
            })
        #expect(both.roots.map(\.path) == [[".text"]])
        #expect(both.findings.last?.field == "elf.build-id")
        #expect(both.findings.last?.rootID == both.roots.first?.id)
    }

    @Test func `a section that grows moves others, which follows from it`() {
        let report = compare(program(), program { $0.sections[1].bytes += [1, 2, 3, 4, 5, 6, 7] })
        #expect(report.roots.map(\.path) == [[".text"]])
        #expect(report.findings.contains { $0.field == "elf.section.size" && $0.role == .derived })
    }

    @Test func `sections that only one side has`() {
        let report = compare(program(), program { $0.sections.append(.init(".evil", [1])) })
        #expect(report.roots.contains { $0.path == [".evil"] && $0.kind == .member })
    }

    @Test func `inside of an archive`() {
        func archive(_ bytes: [UInt8]) -> [UInt8] {
            GzipBuilder().build(TarBuilder([TarBuilder.Entry("usr/bin/tool", bytes)]).build())
        }
        let report = compare(
            archive(program()), archive(program { $0.sections[2].bytes[1] = 9 }))
        #expect(report.roots.map(\.path) == [["usr/bin/tool", ".data"]])
        #expect(report.roots.first?.ranges.map(\.right) == [ByteRange(start: 1, length: 1)])
    }

    @Test func `damage is located and never unread`() {
        let whole = LeafSamples.program
        var random = SeededGenerator(5)
        for _ in 0..<300 {
            let mutation = Mutation(to: whole, &random)
            let damaged = mutation.applied(to: whole)
            guard damaged != whole else { continue }
            let report = compare(whole, damaged)
            #expect(report.complete, "\(mutation)")
        }
    }
}

/// Samples for several tests.
private enum LeafSamples {
    static let program: [UInt8] = {
        var file = ElfBuilder([
            .init(".text", Array(repeating: 0x90, count: 37)), .init(".text", [1, 2, 3]),
            .init(".note", type: 7, ElfBuilder.note("GNU", type: 1, [1, 2, 3, 4])),
        ])
        file.segments = [0]
        return file.build()
    }()
}
