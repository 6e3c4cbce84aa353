import Bytes
import Glibc

/// Texts and lists of texts for C, which live as long as this object.
@safe
final class CText {
    private var texts: [UnsafeMutablePointer<CChar>] = unsafe []
    private var lists: [UnsafeMutablePointer<UnsafePointer<CChar>?>] = unsafe []

    deinit {
        unsafe texts.forEach { unsafe free($0) }
        unsafe lists.forEach { unsafe $0.deallocate() }
    }

    /// A text, up to its first NUL.
    func text(_ value: ByteString) -> UnsafePointer<CChar>? {
        guard let copy = unsafe strdup(value.terminated) else { return nil }
        unsafe texts.append(copy)
        return unsafe UnsafePointer(copy)
    }

    /// A list of texts with a null pointer at its end.
    func list(_ values: [ByteString]) -> UnsafePointer<UnsafePointer<CChar>?> {
        let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: values.count + 1)
        for (index, value) in values.enumerated() {
            unsafe (list + index).initialize(to: text(value))
        }
        unsafe (list + values.count).initialize(to: nil)
        unsafe lists.append(list)
        return unsafe UnsafePointer(list)
    }
}
