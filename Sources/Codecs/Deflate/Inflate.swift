import Bytes

/// A raw deflate stream (RFC 1951): decoded by isa-l, with zlib as the judge of what is odd.
///
/// isa-l is more than twice as fast as zlib, and takes sets of codes that zlib refuses. So each
/// block's header is read here first. isa-l gets the block if zlib, too, would take the header;
/// from the first other block on zlib has the stream. Both then yield the same bytes or refuse
/// both.
public final class Inflate: Decoder {
    /// What comes next: the header of a block; what is left of a block; what is left of the stream,
    /// which is zlib's.
    private enum Stage { case header, block, rest }

    private var stage = Stage.header
    /// Decodes blocks.
    private var blocks = IsalInflater()
    /// Decodes the rest; `nil` until there is one.
    private var zlib: ZlibInflater?
    /// Bytes that the block's header begins with and that were taken already, as far as it came.
    private var held: [UInt8] = []
    /// How many bits of the first byte that is ``held`` belong to the block before.
    private var bit = 0
    /// Whether the present block is the last one.
    private var isLast = false
    /// What earlier steps have yielded.
    private var window = DeflateWindow()
    /// Blocks that were begun.
    private var count = 0
    /// Bytes of content so far.
    private var produced = 0
    /// Who inflates the beginning, for this decoder and another one; `nil` behind it.
    private var twin: (twin: InflateTwin, isFirst: Bool)?

    /// A stream with blocks of less content on average, in bytes, is zlib's from this many blocks
    /// on: each block costs isa-l a copy of the window.
    private static let small = (content: 2048, count: 32)

    /// A decoder of what `reader` is about to yield. Traps if zlib has no memory left.
    ///
    /// - Parameter windowBits: the binary logarithm of the largest distance that the data may use,
    ///   8
    /// to 15. Below 15 decoding is slow.
    public init(_ reader: ByteReader, windowBits: Int32 = 15) {
        if windowBits < 15 || !Inflate.isaFits {
            zlib = ZlibInflater(windowBits: windowBits)
            stage = .rest
        }
        super.init(reader, name: "deflate")
    }

    /// A decoder of what `reader` is about to yield, the beginning of which is inflated for this
    /// and another decoder together. What is used up there, ``Decoder/onUse`` does not see.
    ///
    /// - Parameter isFirst: which of the two this is.
    public convenience init(_ reader: ByteReader, twin: InflateTwin, isFirst: Bool) {
        self.init(reader)
        self.twin = (twin, isFirst)
    }

    /// A decoder that does not ask whether isa-l fits.
    private init(unchecked reader: ByteReader) { super.init(reader, name: "deflate") }

    /// Whether the isa-l that was loaded says where a block ends in the way that is relied on here:
    /// two blocks that share a byte, the second with a match into the first, and bytes behind them.
    private static let isaFits: Bool = {
        let stream: [UInt8] = [0x4a, 0x04, 0x0c, 0x08, 0x00]
        let reader = ByteReader(
            RangeSource(MemorySource(stream + [UInt8](repeating: 0xff, count: 16))))
        let decoder = Inflate(unchecked: reader)
        guard let chunk = try? decoder.next(), chunk.elementsEqual("aaaa".utf8) else {
            return false
        }
        return (try? decoder.next()) == nil && decoder.isFinished
            && reader.offset == UInt64(stream.count)
    }()

    /// The next chunk that was inflated for two, then those that are inflated here.
    public override func produce() throws(SourceError) -> Chunk? {
        guard let (twin, isFirst) = twin else { return try super.produce() }
        switch try twin.next(isFirst: isFirst) {
        case .chunk(let chunk, let used):
            try pass(used)
            return chunk
        case .part(let other, let used):
            try pass(used)
            self.twin = nil
            resume(as: other)
            return try super.produce()
        }
    }

    /// Passes over encoded bytes that were used up elsewhere.
    private func pass(_ count: UInt64) throws(SourceError) {
        guard try reader.skip(count) == count else {
            throw SourceError(
                .changed, at: reader.offset,
                "the data became shorter while it was read; compare a copy that nobody writes to")
        }
    }

    /// Copies the state of another decoder of deflate data. Traps if zlib has no memory left.
    override func resume(as other: Decoder) {
        super.resume(as: other)
        guard let other = other as? Inflate, !isFinished else { return }
        stage = other.stage
        blocks = other.blocks.copy()
        zlib = other.zlib?.copy()
        held = other.held
        bit = other.bit
        isLast = other.isLast
        window = other.window
        count = other.count
        produced = other.produced
    }

    /// Decodes blocks until one side has no more room or bytes.
    override func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        var pass = unsafe Pass(input: bytes, output: output)
        var goesOn = true
        while goesOn {
            switch stage {
            case .header: goesOn = unsafe readHeader(&pass)
            case .block: goesOn = unsafe inflateBlock(&pass)
            case .rest:
                unsafe inflateRest(&pass)
                goesOn = false
            }
        }
        if stage != .rest { unsafe pass.save(to: &window) }
        unsafe filled = pass.filled
        produced += filled
        return unsafe pass.step
    }

    /// Reads a header, and begins to decode its block; `false` if there are too few bytes, or no
    /// room.
    private func readHeader(_ pass: inout Pass) -> Bool {
        guard unsafe pass.filled < pass.output.count else { return false }
        let ahead = unsafe pass.ahead(DeflateHeader.sizeLimit)
        let head = held + ahead
        let isSmall = count >= Inflate.small.count && produced / count < Inflate.small.content
        switch isSmall ? .odd : DeflateHeader.read(head, from: bit) {
        case .short:
            held = head
            unsafe pass.step.consumed += ahead.count
            return false
        case .odd: unsafe handOver(&pass)
        case .plain(let isLast, let end):
            self.isLast = isLast
            count += 1
            unsafe begin(head, end: (end + 7) / 8, &pass)
            stage = .block
        }
        return unsafe pass.step.failure == nil
    }

    /// Begins the block whose header is in the first `end` bytes of `head`.
    private func begin(_ head: [UInt8], end: Int, _ pass: inout Pass) {
        unsafe pass.withHistory(&window) {
            unsafe blocks.begin(window: $0, first: head[0] >> bit, bits: 8 - bit)
        }
        let taken = held.count
        held = []
        if taken <= 1 {
            unsafe pass.step.consumed += 1 - taken
        } else {
            // What was taken in an earlier step cannot be pointed at any more.
            let rest = head[1..<max(end, taken)]
            unsafe pass.step.consumed += max(end - taken, 0)
            unsafe rest.withUnsafeBufferPointer { bytes in
                let used = unsafe blocks.run(bytes, pass.output, &pass.filled)
                if blocks.isRefused || used < bytes.count { unsafe pass.fail() }
            }
        }
    }

    /// Decodes some of a block; `false` unless another one follows at once.
    private func inflateBlock(_ pass: inout Pass) -> Bool {
        unsafe pass.step.consumed += blocks.run(pass.rest, pass.output, &pass.filled)
        guard !blocks.isRefused else {
            unsafe pass.fail()
            return false
        }
        guard blocks.isFinished else { return false }
        unsafe pass.step.isFinished = isLast
        guard !isLast else { return false }
        let left = blocks.left
        held = left.count > 0 ? [left.bits << (8 - UInt8(left.count))] : []
        bit = left.count > 0 ? 8 - left.count : 0
        stage = .header
        return true
    }

    /// Lets zlib go on from the header that comes next.
    private func handOver(_ pass: inout Pass) {
        let zlib = ZlibInflater(windowBits: 15)
        unsafe pass.withHistory(&window) {
            unsafe zlib.resume(
                window: $0, bits: bit > 0 ? 8 - bit : 0, value: bit > 0 ? held[0] >> bit : 0)
        }
        let taken = bit > 0 ? held.dropFirst() : held[...]
        held = []
        self.zlib = zlib
        stage = .rest
        unsafe taken.withUnsafeBufferPointer { bytes in
            let step = unsafe zlib.run(bytes, pass.output, &pass.filled)
            if step.failure != nil || step.isFinished || step.consumed < bytes.count {
                unsafe pass.fail()
            }
        }
    }

    /// Decodes what zlib has.
    private func inflateRest(_ pass: inout Pass) {
        guard let zlib else { return }
        let step = unsafe zlib.run(pass.rest, pass.output, &pass.filled)
        unsafe pass.step.consumed += step.consumed
        unsafe pass.step.isFinished = step.isFinished
        if step.failure != nil { unsafe pass.fail() }
    }
}

/// One step's buffers, and how far it came.
@unsafe private struct Pass {
    let input: UnsafeBufferPointer<UInt8>
    let output: UnsafeMutableBufferPointer<UInt8>
    /// Bytes of output so far.
    var filled = 0
    /// How many of them a window has already.
    private var saved = 0
    var step = DecodeStep()

    init(input: UnsafeBufferPointer<UInt8>, output: UnsafeMutableBufferPointer<UInt8>) {
        unsafe self.input = unsafe input
        unsafe self.output = unsafe output
    }

    /// The input that was not used yet.
    var rest: UnsafeBufferPointer<UInt8> {
        unsafe UnsafeBufferPointer(rebasing: input[step.consumed...])
    }

    /// Up to `count` bytes of it.
    func ahead(_ count: Int) -> [UInt8] { unsafe Array(rest.prefix(count)) }

    /// Adds to `window` what it does not have yet.
    mutating func save(to window: inout DeflateWindow) {
        unsafe window.append(UnsafeBufferPointer(rebasing: output[saved..<filled]))
        unsafe saved = filled
    }

    /// Shows what matches may reach back to: this step's output, if that is long enough.
    mutating func withHistory(
        _ window: inout DeflateWindow, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let start = unsafe filled - DeflateWindow.size
        if start >= 0 {
            unsafe body(UnsafeBufferPointer(rebasing: output[start..<filled]))
        } else {
            unsafe save(to: &window)
            unsafe window.bytes.withUnsafeBufferPointer { unsafe body($0) }
        }
    }

    /// Notes that the stream is refused.
    mutating func fail() {
        unsafe step.failure = (.malformed, "the deflate data is corrupt; get an intact copy")
    }
}
