import Anatomy
import Bytes

/// The tiles of a layer, or those that own one byte, as lines.
struct AnatomyListing {
    /// One tile.
    private struct Row {
        /// The members on the way to the layer, and the tile's own member last.
        let chain: [ByteString]
        /// In the layer, not in the file; lone members of the long tail have none.
        let range: ByteRange
        /// The field's ID, `content`, `opaque` or `member`.
        let name: String
        /// What people read of it: escaped, and cut.
        let value: String
        /// What a difference in it would mean.
        let role: String
    }

    /// Opens layers and members; its limits end a listing too.
    private let engine: Engine
    /// Lists only tiles that own this offset of their layer; `nil` for all tiles.
    private let offset: UInt64?
    /// Whether members are listed as layers of their own.
    private let isRecursive: Bool
    /// All rows, held until the listing is written.
    private var rows: [Row] = []
    /// What ended the listing early.
    private(set) var problem: Problem?

    /// - Parameter offset: in each layer that is listed, so that with `isRecursive` it may have one
    /// owner per layer.
    init(engine: Engine, offset: UInt64?, isRecursive: Bool) {
        self.engine = engine
        self.offset = offset
        self.isRecursive = isRecursive
    }

    /// Lists a layer's tiles.
    mutating func list(_ layer: Layer, _ chain: [ByteString], depth: Int) {
        do throws(SourceError) {
            guard let format = try engine.recognize(layer, depth: depth) else {
                let size = layer.size ?? 0
                add(
                    chain, ByteRange(start: 0, length: size), "opaque", "no known format", "content"
                )
                return
            }
            try list(layer, format, chain, depth)
        } catch {
            problem = Problem(error, in: chain)
        }
    }

    /// Lists a container's tiles in order; opening members on the way is what keeps one pass
    /// enough.
    private mutating func list(
        _ layer: Layer, _ format: Format, _ chain: [ByteString], _ depth: Int
    ) throws(SourceError) {
        let dissector = try format.dissector(of: layer, engine.limits)
        var count = 0
        while let part = try dissector.next() {
            switch part {
            case .fields(let run), .carried(let run), .encoding(let run):
                for field in format.expand(run) { add(field, run, chain) }
            case .content(let range, let member):
                add(chain, range, "content", member.escaped, "content")
            case .member(let member):
                let inner = member.name.isEmpty ? chain : chain + [member.name]
                if !format.isFramingAccounted {
                    let nothing = ByteRange(start: 0, length: 0)
                    add(chain, nothing, "member", member.name.escaped, "framing not accounted")
                }
                if isRecursive, member.hasContent {
                    let content = try engine.content(
                        of: member, index: count, in: layer, format: format, dissector: dissector)
                    list(content.layer, inner, depth: depth + 1)
                    content.finish()
                }
                count += 1
            }
        }
    }

    /// Adds a field with its role: what it stands for, or what it follows from.
    private mutating func add(_ field: Field, _ run: FieldRun, _ chain: [ByteString]) {
        let place = run.member.map { chain + [$0] } ?? chain
        switch field.role {
        case .own: add(place, field.range, field.id, shown(field.bytes), "own")
        case .derived(let origin):
            add(place, field.range, field.id, shown(field.bytes), "follows from \(origin)")
        case .value(let attribute, let canonical):
            let value =
                canonical.count > 80
                ? Escape.visible(canonical.prefix(80)) + "…" : Escape.visible(canonical)
            add(place, field.range, field.id, value, "value of \(attribute)")
        }
    }

    /// A field's first 16 bytes. Runs of zeros come without their bytes.
    private func shown(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.isEmpty
            ? "zeros" : "0x" + Hex.encode(bytes.prefix(16)) + (bytes.count > 16 ? "…" : "")
    }

    /// Adds a row, unless another offset was asked for.
    private mutating func add(
        _ chain: [ByteString], _ range: ByteRange, _ name: String, _ value: String, _ role: String
    ) {
        if let offset, !range.contains(offset) { return }
        rows.append(Row(chain: chain, range: range, name: name, value: value, role: role))
    }

    /// The listing for people: offset, length, field, value.
    var text: String {
        var lines = rows.map { row in
            let place = row.chain.isEmpty ? "" : "  [" + Location(row.chain).description + "]"
            let start = AnatomyListing.pad(String(row.range.start), 12)
            let length = AnatomyListing.pad(String(row.range.length), 10)
            return "\(start) \(length)  \(row.name)  \(row.value)  (\(row.role))\(place)"
        }
        if let problem {
            lines.append("\(problem.location.description): \(problem.error.message)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text at the right of a column; wider text is not cut.
    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }

    /// The listing for programs.
    var json: [UInt8] {
        let tiles = rows.map { row in
            JSON.record([
                "path": .array(row.chain.map { .text($0.escaped) }),
                "offset": .count(row.range.start), "length": .count(row.range.length),
                "name": .text(row.name), "value": .text(row.value), "role": .text(row.role),
            ])
        }
        let value = JSON.record([
            "schema": .text("tallystick/anatomy/v1"), "tiles": .array(tiles),
            "problem": problem.map { .text($0.error.message) } ?? .null,
        ])
        return value.text(pretty: true) + [0x0a]
    }
}
