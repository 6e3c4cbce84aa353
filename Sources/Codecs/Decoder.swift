import Bytes

/// What one call into a compression library did.
struct DecodeStep {
    /// Bytes of input that were used up.
    var consumed = 0
    /// Whether the stream has ended.
    var isFinished = false
    /// What went wrong, if anything.
    var failure: (code: SourceError.Code, message: String)?
}

/// A decoder over a cursor: strict, so that it verifies what the format lets it verify, uses the
/// bytes of its stream to the last one, and takes none after them.
///
/// Subclasses make one step. After the end the cursor stands right behind the stream.
open class Decoder: BufferedSource {
    /// The encoded bytes; only what a step has used up is taken from it.
    let reader: ByteReader
    /// The format's name, for messages.
    private let name: String
    /// Bytes of the next output buffer: 32 KiB at first, since most members are small, then
    /// ``blockSize``.
    private var capacity = 32 * 1024
    /// Whether the stream has ended.
    public private(set) var isFinished = false
    /// Sees the encoded bytes, all of them and in order, as soon as they are used up.
    public var onUse: ((Chunk) -> Void)?

    /// A decoder of what `reader` is about to yield; `name` is the format's, for messages.
    init(_ reader: ByteReader, name: String) {
        self.reader = reader
        self.name = name
    }

    /// Goes on where `other` stands; the subclass takes over what it has of its own.
    func resume(as other: Decoder) {
        capacity = other.capacity
        isFinished = other.isFinished
    }

    /// Decodes some of `input` into `output`, and sets `filled`.
    func step(
        _ input: UnsafeRawBufferPointer, _ output: UnsafeMutableBufferPointer<UInt8>,
        _ filled: inout Int
    ) -> DecodeStep {
        preconditionFailure("a decoder makes steps")
    }

    /// The next decoded chunk.
    ///
    /// - Throws: ``SourceError`` with the step's own code, or `truncated` if the input ends before
    /// the stream does.
    public override func produce() throws(SourceError) -> Chunk? {
        while !isFinished {
            let input = try reader.peekChunk() ?? []
            var result = DecodeStep()
            let output = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
                result = unsafe input.withUnsafeBytes { unsafe step($0, buffer, &filled) }
            }
            reader.drop(result.consumed)
            onUse?(input.prefix(result.consumed))
            isFinished = result.isFinished
            if let failure = result.failure {
                throw SourceError(failure.code, at: reader.offset, failure.message)
            }
            if !output.isEmpty {
                capacity = blockSize
                return output[...]
            }
            if input.isEmpty, !isFinished {
                throw SourceError(
                    .truncated, at: reader.offset,
                    "the \(name) data ends before its stream does; get a complete copy")
            }
        }
        return nil
    }
}
