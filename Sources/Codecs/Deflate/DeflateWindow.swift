/// The last bytes of what a deflate stream has yielded: as many as a match may reach back
/// (RFC 1951, section 2).
struct DeflateWindow {
    /// The largest distance, in bytes.
    static let size = 32 * 1024

    /// The bytes, at most ``size``.
    private(set) var bytes: [UInt8] = []

    /// Adds bytes, and forgets those that are out of reach then.
    mutating func append(_ new: UnsafeBufferPointer<UInt8>) {
        let kept = max(0, DeflateWindow.size - new.count)
        bytes.removeFirst(max(0, bytes.count - kept))
        unsafe bytes += UnsafeBufferPointer(rebasing: new.suffix(DeflateWindow.size))
    }
}
