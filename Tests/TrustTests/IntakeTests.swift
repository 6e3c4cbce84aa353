import Bytes
import Foundation
import Hashing
import Testing
import Trust

/// Reading and delivering, in a folder that goes away.
final class IntakeTests {
    private let root = FileManager.default.temporaryDirectory
        .appending(path: "tally-intake-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(
            at: root.appending(path: "in/sub"), withIntermediateDirectories: true)
        try Data("A".utf8).write(to: root.appending(path: "in/a"))
        try Data("B".utf8).write(to: root.appending(path: "in/sub/b"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: root.appending(path: "in/sub/b").path)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    private func path(_ name: String) -> ByteString {
        ByteString(root.appending(path: name).path)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: root.appending(path: folder).path
        ).sorted()
    }

    private func intake(_ delivery: Delivery?) -> Intake {
        Intake(delivery: delivery, view: .portable, followsLinks: false, jobs: 2)
    }

    @Test func `a folder is its listing and its files`() throws {
        let taken = try intake(nil).take(path("in"))
        let tree = try TreeListing.digests(of: Tree(root: path("in")), view: .portable)
        #expect(taken.whole.sha256 == tree.sha256)
        #expect(taken.files.map(\.sha256) == [Fixture.digest("A"), Fixture.digest("B")])
        #expect(taken.strays.isEmpty)
    }

    @Test func `links, pipes and sockets are named and never opened`() throws {
        let folder = root.appending(path: "in")
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending(path: "link").path, withDestinationPath: "a")
        #expect(mkfifo(folder.appending(path: "pipe").path, 0o600) == 0)
        let taken = try intake(nil).take(path("in"))
        #expect(taken.files.count == 2)
        #expect(taken.strays.count == 2)
        #expect(taken.strays.contains { $0.sentence.contains("link is a symlink") })
        #expect(throws: SourceError.self) { try self.intake(nil).take(self.path("in/link")) }
        #expect(throws: SourceError.self) { try self.intake(nil).take(self.path("in/pipe")) }
    }

    @Test func `what is delivered is what was hashed, once there is a yes`() throws {
        do {
            let delivery = try Delivery([path("in"), path("in/a")], to: path("out"))
            for name in ["in", "in/a"] { _ = try intake(delivery).take(path(name)) }
            try Data("changed".utf8).write(to: root.appending(path: "in/a"))
            #expect(try names("out").allSatisfy { $0.hasPrefix(".tally-") })
            try delivery.commit()
        }
        #expect(try names("out") == ["a", "in"])
        #expect(try Data(contentsOf: root.appending(path: "out/a")) == Data("A".utf8))
        #expect(try Data(contentsOf: root.appending(path: "out/in/sub/b")) == Data("B".utf8))
        for (name, mode) in [("a", 0o644), ("in/sub/b", 0o755)] {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: root.appending(path: "out/\(name)").path)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }

    @Test func `without a yes nothing is left behind`() throws {
        do {
            let delivery = try Delivery([path("in")], to: path("out"))
            _ = try intake(delivery).take(path("in"))
        }
        #expect(try names("out").isEmpty)
    }

    @Test func `what is there is never replaced`() throws {
        try FileManager.default.createDirectory(
            at: root.appending(path: "out"), withIntermediateDirectories: true)
        let delivery = try Delivery([path("in"), path("in/a")], to: path("out"))
        for name in ["in", "in/a"] { _ = try intake(delivery).take(path(name)) }
        try Data("mine".utf8).write(to: root.appending(path: "out/a"))
        #expect(throws: SourceError.self) { try delivery.commit() }
        #expect(try Data(contentsOf: root.appending(path: "out/a")) == Data("mine".utf8))
        #expect(!(try names("out").contains("in")))
        #expect(throws: SourceError.self) {
            try Delivery([self.path("in/a")], to: self.path("out"))
        }
        #expect(throws: SourceError.self) {
            try Delivery([self.path("in/a"), self.path("x/a")], to: self.path("out"))
        }
        #expect(throws: SourceError.self) { try Delivery(["."], to: self.path("out")) }
    }
}
