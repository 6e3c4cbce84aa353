import Bytes
internal import CKernels

/// The index of the first byte at which two chunks differ, counted from their starts; `nil` if the
/// shorter is a prefix of the longer.
///
/// One pass of the vector unit over the common length, chosen at run time (`CKernels`).
public func firstDifference(_ left: Chunk, _ right: Chunk) -> Int? {
    let common = min(left.count, right.count)
    let index = unsafe left.withUnsafeBytes { leftBytes in
        unsafe right.withUnsafeBytes { rightBytes in
            // Both sides may hold one chunk, decoded for both.
            if unsafe leftBytes.baseAddress == rightBytes.baseAddress { return common }
            return unsafe tally_first_difference(
                leftBytes.baseAddress, rightBytes.baseAddress, common)
        }
    }
    return index == common ? nil : index
}
