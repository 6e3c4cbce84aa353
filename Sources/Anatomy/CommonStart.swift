import Bytes

/// The bytes that two layers have in common at their beginnings, and what is made of them for both.
public final class CommonStart: Sendable {
    /// What one side has begun, for the other to join in.
    private struct Begun {
        let offset: UInt64
        let work: any AnyObject & Sendable
    }

    /// How many bytes the layers have in common.
    public let length: UInt64
    private let begun = Guarded<Begun?>(nil)

    /// The first `length` bytes of two layers.
    public init(length: UInt64) { self.length = length }

    /// Work on the common bytes from an offset on, for two: who comes first makes it and leaves it
    /// for who comes second. All who come at an offset must be after the same kind of work.
    public func meet<Work: AnyObject & Sendable>(
        at offset: UInt64, _ make: () -> Work
    ) -> (work: Work, isFirst: Bool) {
        begun.withLock { begun in
            if let other = begun, other.offset == offset, let work = other.work as? Work {
                begun = nil
                return (work, false)
            }
            let work = make()
            begun = Begun(offset: offset, work: work)
            return (work, true)
        }
    }
}
