import Anatomy
import Bytes
import Comparison
import Findings
import Formats
import TestSupport
import Testing

/// What two rpms may differ in, and what they may not.
struct RpmTests {
    private func both(
        _ a: RpmBuilder, _ b: RpmBuilder, profile: Profile = .archive(), _ check: (Report) -> Void
    ) {
        RegressionTests.both(a.build(), b.build(), Workbench.options(profile), check)
    }

    private func payload(_ change: (inout CpioBuilder.Entry) -> Void = { _ in }) -> [UInt8] {
        var entry = CpioBuilder.Entry("./usr/bin/tool", Array("code".utf8))
        change(&entry)
        return GzipBuilder().build(CpioBuilder(.newc, [entry]).build())
    }

    private var base: RpmBuilder { RpmBuilder(payload()) }

    private func changed(_ change: (inout RpmBuilder) -> Void) -> RpmBuilder {
        var builder = base
        change(&builder)
        return builder
    }

    private func rule(_ name: String) throws -> Rule {
        try #require(Rule.all.first { $0.name == name })
    }

    @Test func `tags are differences, and what follows from them is not`() {
        both(base, changed { $0.tags[1] = .init(1001, "1.10") }) {
            #expect($0.verdict == .different)
            #expect($0.roots.map(\.field) == ["rpm.version"], "\($0.short)")
        }
        both(base, changed { $0.tags.append(.init(1094, "cookie")) }) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        both(base, changed { $0.lead[10] = 1 }) {
            #expect($0.roots.map(\.field) == ["rpm.lead"], "\($0.short)")
        }
        func filled(_ filler: UInt8) -> RpmBuilder {
            changed {
                $0.space.removeLast()
                $0.filler = filler
            }
        }
        both(filled(0), filled(1)) {
            #expect($0.roots.map(\.field) == ["rpm.padding"], "\($0.short)")
        }
    }

    @Test func `time and host of the build are a matter of the rules for packages`() throws {
        let later = changed {
            $0.tags[2] = .init(1006, 8)
            $0.tags[3] = .init(1007, "another.host")
        }
        both(base, later) { #expect($0.verdict == .different, "\($0.short)") }
        let rules = try ["rpm.buildtime", "rpm.buildhost"].map { try rule($0) }
        #expect(rules.allSatisfy { $0.profile == .packaging })
        both(base, later, profile: .archive(allowing: rules)) {
            #expect($0.rules == ["rpm.buildtime", "rpm.buildhost"], "\($0.short)")
            #expect($0.verdict == .equivalent)
        }
        both(base, later, profile: .archive(allowing: [rules[0]])) {
            #expect($0.roots.map(\.field) == ["rpm.buildhost"], "\($0.short)")
        }
        // A time of another type is no time.
        let odd = changed { $0.tags[2] = .init(1006, type: 7, count: 4, [0, 0, 0, 8]) }
        both(base, odd, profile: .archive(allowing: rules)) {
            #expect($0.verdict == .different, "\($0.short)")
        }
    }

    @Test func `signatures are tolerated only where they are named`() throws {
        let signed = changed {
            $0.signatures = [.init(268, type: 7, count: 9, Array("signature".utf8))]
            $0.space = [UInt8](repeating: 0, count: 8)
        }
        let other = changed {
            $0.signatures = [.init(268, type: 7, count: 9, Array("SIGNATURE".utf8))]
            $0.space = [UInt8](repeating: 0, count: 8)
        }
        let allowed = Profile.archive(allowing: [try rule("rpm.signature")])
        for (a, b) in [(base, signed), (signed, other)] {
            both(a, b) {
                #expect($0.verdict == .different)
                // Unsigned against signed, what the signature is over stands beside it.
                let fields = Set($0.roots.map(\.field)).subtracting(["rpm.signed"])
                #expect(fields == ["rpm.signature"], "\($0.short)")
            }
            both(a, b, profile: allowed) {
                #expect($0.rules == ["rpm.signature"], "\($0.short)")
                #expect($0.verdict == .equivalent)
            }
        }
        // Anything but zeros in the space is no space.
        var message = base
        message.space[3] = 1
        both(base, message, profile: allowed) { #expect($0.verdict == .different, "\($0.short)") }
    }

    @Test func `the payload is looked into, and its owners are installed`() {
        both(base, RpmBuilder(payload { $0.mtime = 9 })) {
            #expect($0.rules.contains("cpio.mtime"), "\($0.short)")
            #expect($0.verdict == .equivalent)
        }
        both(base, RpmBuilder(payload { $0.content = Array("c0de".utf8) })) {
            let expected: [ByteString] = ["payload", "./usr/bin/tool"]
            #expect($0.roots.map(\.path) == [expected], "\($0.short)")
        }
        both(base, RpmBuilder(payload { $0.user = 9 })) {
            #expect($0.verdict == .different, "\($0.short)")
        }
        func old(_ user: UInt64) -> RpmBuilder {
            var entry = CpioBuilder.Entry("./a", [1])
            entry.user = user
            return RpmBuilder(GzipBuilder().build(CpioBuilder(.odc, [entry]).build()))
        }
        both(old(0), old(1)) { #expect($0.verdict == .different, "\($0.short)") }
    }

    /// A tolerated difference must not hide that a package contradicts itself.
    @Test func `what a package says of itself is checked`() {
        for change: (inout RpmBuilder) -> Void in [
            { $0.size = 5 }, { $0.headerDigest = String(repeating: "0", count: 64) },
            { $0.headerDigest = "" }, { $0.payloadDigest = String(repeating: "0", count: 64) },
            { $0.signatures = [.init(269, String(repeating: "0", count: 40))] },
            { $0.signatures = [.init(1004, type: 7, count: 16, [UInt8](repeating: 0, count: 16))] },
        ] {
            var first = base
            change(&first)
            var second = RpmBuilder(payload { $0.mtime = 9 })
            change(&second)
            both(first, second) { #expect($0.verdict == .inconclusive, "\($0.short)") }
        }
    }
}
