import Bytes
import TestSupport

/// One change of the text of a bundle, chosen at random: of bytes, of lines, or of what a line
/// says.
enum Bending: CaseIterable {
    case byte, range, lines, structure, payload

    /// The bent text; it may be the same text.
    func bend(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        switch self {
        case .byte: Mutation(to: text, &random).applied(to: text)
        case .range: Bending.move(text, &random)
        case .lines: Bending.shuffle(text, &random)
        case .structure: Bending.rewrite(text, &random) { $0.bent(&$1) }
        case .payload: Bending.rewrite(text, &random, Bending.payload)
        }
    }

    /// Cuts a range out, and puts it elsewhere, there as well, or nowhere.
    private static func move(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let start = random.below(text.count)
        let end = start + random.below(min(4096, text.count - start)) + 1
        let piece = text[start..<end]
        var rest = text
        if !random.once(in: 3) { rest.removeSubrange(start..<end) }
        if !random.once(in: 3) { rest.insert(contentsOf: piece, at: random.below(rest.count + 1)) }
        return rest
    }

    /// Drops, doubles, exchanges, joins or splits lines.
    private static func shuffle(_ text: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var lines = text.split(separator: 0x0a).map { Array($0) }
        let (one, other) = (random.below(lines.count), random.below(lines.count))
        switch random.below(6) {
        case 0: lines.remove(at: one)
        case 1: lines.insert(lines[one], at: other)
        case 2: lines.swapAt(one, other)
        case 3: lines.reverse()
        case 4: lines[one] += lines[other]
        default: lines[one].insert(0x0a, at: random.below(lines[one].count))
        }
        return Array(lines.joined(separator: [0x0a])) + [0x0a]
    }

    /// Changes what one line says, and writes it as JSON again.
    private static func rewrite(
        _ text: [UInt8], _ random: inout SeededGenerator,
        _ change: (JSON, inout SeededGenerator) -> JSON
    ) -> [UInt8] {
        var lines = text.split(separator: 0x0a).map { Array($0) }
        let place = random.below(lines.count)
        guard let json = try? JSON(parsing: lines[place]) else { return text }
        lines[place] = change(json, &random).text(pretty: false)
        return Array(lines.joined(separator: [0x0a])) + [0x0a]
    }

    /// Changes what an envelope says, under the signatures that it had.
    private static func payload(_ line: JSON, _ random: inout SeededGenerator) -> JSON {
        guard let text = line["payload"]?.string, let bytes = Base64.decode(text.bytes),
            let json = try? JSON(parsing: bytes)
        else { return line.bent(&random) }
        let bent = Base64.encode(json.bent(&random).text(pretty: false))
        return .object(
            (line.object ?? []).map {
                $0.key == "payload" ? JSON.Entry("payload", .text(bent)) : $0
            })
    }
}

extension JSON {
    /// The value with one thing dropped, doubled, moved or replaced, at any depth.
    func bent(_ random: inout SeededGenerator) -> JSON {
        switch self {
        case .object(let entries) where !entries.isEmpty:
            let place = random.below(entries.count)
            guard random.once(in: 3) else {
                var entries = entries
                entries[place] = Entry(entries[place].key, entries[place].value.bent(&random))
                return .object(entries)
            }
            return .object(JSON.disturbed(entries, at: place, &random))
        case .array(let values) where !values.isEmpty:
            let place = random.below(values.count)
            guard random.once(in: 3) else {
                var values = values
                values[place] = values[place].bent(&random)
                return .array(values)
            }
            return .array(JSON.disturbed(values, at: place, &random))
        case .string(let text) where !text.bytes.isEmpty && random.once(in: 2):
            var bytes = text.bytes
            bytes.swapAt(random.below(bytes.count), random.below(bytes.count))
            return .string(ByteString(bytes))
        default: return random.pick([.null, .bool(true), .integer(0), .text(""), .array([])])
        }
    }

    private static func disturbed<Item>(
        _ items: [Item], at place: Int, _ random: inout SeededGenerator
    ) -> [Item] {
        var items = items
        switch random.below(4) {
        case 0: items.remove(at: place)
        case 1: items.insert(items[place], at: random.below(items.count + 1))
        case 2: items.swapAt(place, random.below(items.count))
        default: items.reverse()
        }
        return items
    }
}
