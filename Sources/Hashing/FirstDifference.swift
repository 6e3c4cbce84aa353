import Bytes
internal import CKernels

/// The index of the first byte at which two chunks differ, counted from their starts; `nil` if the
/// shorter is a prefix of the longer.
///
/// One pass of the vector unit over the common length, chosen at run time (`CKernels`).
public func firstDifference(_ left: Chunk, _ right: Chunk) -> Int? {
    unsafe left.withUnsafeBytes { left in
        unsafe right.withUnsafeBytes { unsafe firstDifference(left, $0) }
    }
}

/// The same of bytes that lie in buffers.
public func firstDifference(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int?
{
    let common = min(left.count, right.count)
    // Both sides may hold one chunk, decoded for both.
    if unsafe left.baseAddress == right.baseAddress { return nil }
    let index = unsafe tally_first_difference(left.baseAddress, right.baseAddress, common)
    return index == common ? nil : index
}
