import Bytes
import TestSupport
import Testing

@testable import Rebuild

/// Which members of an image's layers are there in the end.
@Suite struct LayerPlanTests {
    private typealias Layer = [(path: ByteString, isFolder: Bool)]

    /// The paths that layers come to, each with the layer it is from.
    private func result(_ layers: [Layer]) throws -> [ByteString: Int] {
        var plan = LayerPlan()
        for (layer, members) in layers.enumerated() {
            plan.beginLayer(layer)
            for (number, member) in members.enumerated() {
                let place = try #require(RootPath(member.path, isMerged: false))
                plan.add(place, number: number, isFolder: member.isFolder)
            }
        }
        var found: [ByteString: Int] = [:]
        for (layer, members) in layers.enumerated() {
            for (number, member) in members.enumerated() {
                let place = try #require(RootPath(member.path, isMerged: false))
                guard plan.has(place, layer: layer, number: number) else { continue }
                #expect(found[member.path] == nil)
                found[member.path] = layer
            }
        }
        return found
    }

    @Test("an upper layer replaces, takes away a name, and empties a folder")
    func layers() throws {
        let lower: Layer = [
            ("a", false), ("b", false), ("d", true), ("d/x", false), ("e", true), ("e/y", false),
            ("e/z", true), ("e/z/z", false), ("f", true), ("f/g", false),
        ]
        let upper: Layer = [
            ("a", false), (".wh.b", false), ("d/.wh.x", false), ("e/new", false),
            ("e/.wh..wh..opq", false), ("f", false),
        ]
        #expect(
            try result([lower, upper]) == ["a": 1, "d": 0, "e": 0, "e/new": 1, "f": 1])
    }

    @Test("what a layer takes away may come again in that one, or in the next")
    func again() throws {
        #expect(
            try result([
                [("a", false), ("d/b", false)], [(".wh.a", false), ("a", false), (".wh.d", false)],
                [("d/c", false)],
            ]) == ["a": 1, "d/c": 2])
    }

    @Test("random layers come to what applying them one after the other does")
    func random() throws {
        var random = SeededGenerator(11)
        let names: [ByteString] = ["a", "b", "a/a", "a/b", "b/a", "a/a/a", "b/a/b"]
        for _ in 0..<300 {
            var layers: [Layer] = []
            var files: [ByteString: Int] = [:]
            for layer in 0..<3 {
                var members: Layer = []
                var own: Set<ByteString> = []
                for name in names.shuffled(using: &random) where random.once(in: 2) {
                    let (parent, last) = split(name)
                    // A layer has no file above another of its own members, as tars of folders have
                    // not.
                    let clashes = own.contains { other in
                        isBelow(other, name) || isBelow(name, other) || other == name
                    }
                    if clashes { continue }
                    switch random.below(4) {
                    case 0:
                        members.append(
                            (ByteString(parent.bytes + Array(".wh.".utf8) + last.bytes), false))
                        files = files.filter {
                            $0.value == layer || $0.key != name && !isBelow($0.key, name)
                        }
                    case 1 where !parent.isEmpty:
                        members.append(
                            (ByteString(parent.bytes + Array(".wh..wh..opq".utf8)), false))
                        let folder = ByteString(parent.bytes.dropLast())
                        files = files.filter { $0.value == layer || !isBelow($0.key, folder) }
                    default:
                        members.append((name, false))
                        own.insert(name)
                        files = files.filter { !isBelow($0.key, name) }
                        files[name] = layer
                    }
                }
                layers.append(members)
            }
            #expect(try result(layers) == files, "\(layers)")
        }
    }

    private func split(_ path: ByteString) -> (parent: ByteString, last: ByteString) {
        guard let slash = path.bytes.lastIndex(of: 0x2f) else { return ("", path) }
        return (ByteString(path.bytes[...slash]), ByteString(path.bytes[(slash + 1)...]))
    }

    private func isBelow(_ path: ByteString, _ folder: ByteString) -> Bool {
        path.bytes.count > folder.bytes.count
            && path.bytes.starts(with: folder.bytes + [0x2f])
    }
}
