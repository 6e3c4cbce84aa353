import Anatomy
import Bytes
import TestSupport
import Testing

struct ProfileTests {
    private func rule(_ name: String, version: Int = 1) -> Rule {
        Rule(name, version: version, tolerates: "", reason: "", refuses: "", hides: "")
    }

    @Test func `the text is the name and a line per rule, in order`() {
        let profile = Profile(
            name: "archive", rules: [rule("tar.mtime"), rule("ar.mtime", version: 2)],
            allowed: [rule("tar.owner")])
        #expect(
            profile.text
                == "tallystick/profile/v1\narchive\n+tar.owner 1\nar.mtime 2\ntar.mtime 1\n")
        #expect(profile.fullName == "archive+tar.owner")
        #expect(Profile.none.text == "tallystick/profile/v1\nnone\n")
    }

    @Test func `a guarded difference needs a rule that was named`() {
        let owner = rule("tar.owner")
        let plain = Profile(name: "p", rules: [owner])
        #expect(plain.allows(owner) && !plain.allows(owner, isGuarded: true))
        let named = Profile(name: "p", rules: [], allowed: [owner])
        #expect(named.allows(owner) && named.allows(owner, isGuarded: true))
        #expect(!plain.allows(nil) && !named.allows(nil, isGuarded: true))
    }

    @Test func `another version of a rule is another rule`() {
        let profile = Profile(name: "p", rules: [rule("a")], allowed: [rule("b")])
        #expect(profile.allows(rule("a")) && !profile.allows(rule("a", version: 2)))
        #expect(profile.allows(rule("b")) && !profile.allows(rule("b", version: 2)))
        #expect(!Profile.none.allows(rule("a")))
    }

    @Test func `which rules were named shows in the text`() {
        let a = Profile(name: "p", rules: [rule("x")])
        let b = Profile(name: "p", rules: [], allowed: [rule("x")])
        let c = Profile(name: "p", rules: [rule("x", version: 2)])
        #expect(Set([a.text, b.text, c.text]).count == 3)
    }
}

/// A dissector that gives out what it is told to.
private final class Script: Dissector {
    private var parts: [Part]
    init(_ parts: [Part]) { self.parts = parts }
    func next() throws(SourceError) -> Part? { parts.isEmpty ? nil : parts.removeFirst() }
    func open() throws(SourceError) -> any Source { RangeSource(MemorySource([])) }
}

struct CheckedDissectorTests {
    private func run(_ parts: [Part], size: UInt64?, _ limits: Limits = Limits()) throws {
        let checked = CheckedDissector(Script(parts), size: size, limits: limits)
        while try checked.next() != nil {}
    }

    private func tile(_ start: UInt64, _ count: Int) -> Part {
        .fields(FieldRun("x", start: start, bytes: [UInt8](repeating: 0, count: count)))
    }

    private func content(_ start: UInt64, _ count: UInt64) -> Part {
        .content(ByteRange(start: start, length: count), of: "m")
    }

    @Test func `tiles that fit pass`() throws {
        try run([tile(0, 4), content(4, 6), tile(10, 1)], size: 11)
        try run([], size: 0)
        try run([tile(0, 4)], size: nil)
    }

    @Test func `gaps, overlaps and wrong ends are faults`() {
        let bad: [([Part], UInt64)] = [
            ([tile(0, 4), tile(5, 1)], 6), ([tile(0, 4), tile(3, 3)], 6), ([tile(1, 5)], 6),
            ([tile(0, 4)], 6), ([tile(0, 7)], 6), ([], 1), ([content(0, 2), content(4, 2)], 6),
        ]
        for (parts, size) in bad {
            let error = #expect(throws: SourceError.self) { try run(parts, size: size) }
            #expect(error?.message.contains("a fault in the dissector") == true)
        }
    }

    @Test func `members and names have limits, which are named`() {
        var limits = Limits()
        limits.members = 2
        limits.nameLength = 3
        let member = Part.member(Member(name: "abc", storage: .none))
        #expect(throws: Never.self) { try run([member, member], size: 0, limits) }
        let many = #expect(throws: SourceError.self) {
            try run([member, member, member], size: 0, limits)
        }
        #expect(many?.code == .limit && many?.message.contains("--max-members") == true)
        let long = #expect(throws: SourceError.self) {
            try run([.member(Member(name: "abcd", storage: .none))], size: 0, limits)
        }
        #expect(long?.code == .limit)
    }
}

struct MeterTests {
    private func drain(_ count: Int, _ limits: Limits, size: UInt64) throws {
        let meter = Meter(limits, artifactSize: size)
        let source = MeteredSource(
            RangeSource(MemorySource([UInt8](repeating: 0, count: count))), meter)
        while try source.next() != nil {}
    }

    @Test func `expanded bytes and ratio are limits with names`() throws {
        var limits = Limits()
        limits.expandedBytes = 1000
        try drain(1000, limits, size: 1)
        let over = #expect(throws: SourceError.self) { try drain(1001, limits, size: 1) }
        #expect(over?.code == .limit && over?.message.contains("--max-expanded") == true)
        limits.expandedBytes = 1 << 20
        limits.freeExpansion = 100
        limits.ratio = 10
        try drain(100, limits, size: 1)
        try drain(1009, limits, size: 100)
        let ratio = #expect(throws: SourceError.self) { try drain(1010, limits, size: 100) }
        #expect(ratio?.code == .limit && ratio?.message.contains("--max-ratio") == true)
    }
}

struct LayerTests {
    private let spool = Spool(folder: "/tmp", budget: 1 << 20)

    @Test func `a part of a part is where it should be`() throws {
        let source = MemorySource(Array(0..<100))
        let layer = Layer(source, spool: spool).part(ByteRange(10, to: 90), traits: [])
        let inner = layer.part(ByteRange(5, to: 15), traits: .installsOwners)
        #expect(inner.size == 10 && inner.traits == .installsOwners)
        #expect(try Array(inner.start(3)) == [15, 16, 17])
        let window = try inner.random()
        #expect(try window.read(ByteRange(start: 8, length: 2)) == [23, 24])
        #expect(throws: SourceError.self) { try window.read(ByteRange(start: 8, length: 3)) }
    }

    @Test func `a stream is read live once, and again where it can be`() throws {
        let bytes: [UInt8] = Array(0..<50)
        let layer = Layer(
            live: RangeSource(MemorySource(bytes)),
            again: { () throws(SourceError) in RangeSource(MemorySource(bytes)) }, spool: spool)
        #expect(layer.size == nil && layer.isRepeatable)
        #expect(try Array(layer.start(4)) == [0, 1, 2, 3])
        #expect(try layer.reader().take(50, "all") == bytes)
        #expect(try layer.reader().take(50, "all") == bytes)
        #expect(try layer.random().size == 50)
        #expect(layer.size == 50)
        #expect(!Layer(live: RangeSource(MemorySource(bytes)), spool: spool).isRepeatable)
    }
}
