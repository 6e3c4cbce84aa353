import Anatomy
import Bytes

/// The mark of each further stream, frame or member of a compressed file: where in the content it
/// begins. Many readers stop after the first (dpkg with .xz, .bz2 and .zst, Python's and Java's and
/// Rust's plain decoders), so what stands in it is what they see; no rule tolerates another place.
enum StreamMark {
    /// A run without bytes of its own.
    static func run(_ codec: String, at place: UInt64, decoded: UInt64) -> FieldRun {
        FieldRun(
            codec + ".stream", member: nil, at: place, saying: Array(String(decoded).utf8))
    }

    /// The attribute of a mark, for ``Format/fields``.
    static func kind(_ codec: String) -> Format.FieldKind {
        Format.FieldKind(codec + ".stream", "where in the content a further stream begins")
    }

    /// Takes marks apart, and leaves all other runs to `expand`.
    static func expanding(
        _ expand: @escaping @Sendable (FieldRun) -> [Field]
    ) -> @Sendable (FieldRun) -> [Field] {
        { run in
            guard run.id.hasSuffix(".stream") else { return expand(run) }
            return [run.field(run.id, 0, 0, .value(attribute: run.id, canonical: run.bytes))]
        }
    }
}
