import Anatomy
import Bytes

/// Tells the framing of an encoded stream from its data, while a decoder uses the stream up.
///
/// It only explains, and the decoder alone verifies: what the framing cannot make sense of stays a
/// tile of content, and either kind of tile is compared in the same way. Subclasses know a format.
class Framing {
    /// Beyond this size of one piece, in bytes, it is content: nothing that long is held.
    private static let sizeLimit = 64 * 1024

    /// Where the present piece or data begins.
    private var start: UInt64
    /// The offset of the next byte.
    private var offset: UInt64
    /// Where the next tile begins.
    private var tiled: UInt64
    /// The piece that is being read, as far as it came.
    private var held: [UInt8] = []
    /// Bytes of data before the next piece.
    private var data: UInt64 = 0
    /// The last bytes seen, as many as the ``trailer`` has.
    private var recent: Chunk = []
    /// Whether the rest is content because nothing is known of it.
    private var isLost = false

    /// The framing of a stream that begins at `offset` of its layer.
    init(at offset: UInt64) {
        start = offset
        self.offset = offset
        tiled = offset
    }

    /// How many bytes the present piece has, as far as its beginning shows; always more than
    /// `beginning` has, unless that is all of the piece. `nil` if that cannot be told.
    func length(_ beginning: [UInt8]) -> Int? { nil }

    /// The run that a whole piece is; `nil` for one that stands inside the data.
    func name(_ piece: [UInt8]) -> String? { nil }

    /// Goes on behind a whole piece, and returns how many bytes of data follow it.
    func pass(_ piece: [UInt8]) -> UInt64 { 0 }

    /// The run that the last bytes of the stream are, and its size, where nothing before them tells
    /// where they begin.
    var trailer: (name: String, size: Int)? { nil }

    /// Takes the next bytes of the stream, and gives out the tiles that end in them.
    final func take(_ bytes: Chunk, _ emit: (Part) -> Void) {
        var rest = bytes
        while !rest.isEmpty, !isLost {
            if data > 0 {
                let count = min(data, UInt64(rest.count))
                data -= count
                offset += count
                rest = rest.dropFirst(Int(count))
            } else {
                rest = takePiece(rest, emit)
            }
        }
        offset += UInt64(rest.count)
        if let trailer { recent = (recent + bytes.suffix(trailer.size)).suffix(trailer.size) }
    }

    /// Takes what belongs to the present piece, and returns what is left.
    private final func takePiece(_ bytes: Chunk, _ emit: (Part) -> Void) -> Chunk {
        if held.isEmpty { start = offset }
        guard let wanted = length(held), wanted > held.count, wanted <= Framing.sizeLimit else {
            isLost = true
            return bytes
        }
        let taken = bytes.prefix(wanted - held.count)
        held += taken
        offset += UInt64(taken.count)
        if length(held) == held.count { endPiece(emit) }
        return bytes.dropFirst(taken.count)
    }

    /// Gives out a whole piece, with the content before it.
    private final func endPiece(_ emit: (Part) -> Void) {
        if let name = name(held) {
            emitContent(to: start, emit)
            emit(.encoding(FieldRun(name, start: start, bytes: held)))
            tiled = offset
        }
        data = pass(held)
        held.removeAll(keepingCapacity: true)
    }

    /// Ends the stream where the decoder has ended it, and gives out its last tiles.
    final func finish(at end: UInt64, _ emit: (Part) -> Void) {
        if let trailer, recent.count == trailer.size, end - tiled >= UInt64(trailer.size) {
            let run = FieldRun(
                trailer.name, start: end - UInt64(trailer.size), bytes: Array(recent))
            emitContent(to: run.range.start, emit)
            emit(.encoding(run))
        } else {
            emitContent(to: end, emit)
        }
    }

    private final func emitContent(to end: UInt64, _ emit: (Part) -> Void) {
        guard end > tiled else { return }
        emit(.content(ByteRange(tiled, to: end), of: ""))
        tiled = end
    }
}
