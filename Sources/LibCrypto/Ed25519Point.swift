internal import CCrypto

/// Public points of Ed25519 that no honest key has.
///
/// libcrypto takes any 32 bytes. Under a point of small order one signature verifies for many
/// messages, a coordinate past the field's prime is a second spelling of another key, and under one
/// that is on no point of the curve nothing ever verifies.
enum Ed25519Point {
    /// 2^255 - 19, little-endian.
    private static let prime: [UInt8] = [0xed] + [UInt8](repeating: 0xff, count: 30) + [0x7f]

    /// The y coordinates of the points whose order divides 8, little-endian, without the sign bit.
    private static let smallOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ]

    /// Whether `point`, 32 bytes, is of small order or not the canonical spelling of a point.
    static func isUnfit(_ point: [UInt8]) -> Bool {
        var coordinate = point
        coordinate[31] &= 0x7f
        let isPastPrime = !coordinate.reversed().lexicographicallyPrecedes(prime.reversed())
        return isPastPrime || smallOrder.contains(coordinate) || !isOnCurve(coordinate)
    }

    /// The curve's constant, -121665/121666, little-endian (RFC 8032, section 5.1).
    private static let constant: [UInt8] = [
        0xa3, 0x78, 0x59, 0x13, 0xca, 0x4d, 0xeb, 0x75, 0xab, 0xd8, 0x41, 0x41, 0x4d, 0x0a, 0x70,
        0x00, 0x98, 0xe8, 0x79, 0x77, 0x79, 0x40, 0xc7, 0x8c, 0x73, 0xfe, 0x6f, 0x2b, 0xee, 0x6c,
        0x03, 0x52,
    ]

    /// Whether some point has this y: x² = (y² - 1) / (d·y² + 1) has a root exactly if the product
    /// of the two is a square, which the Kronecker symbol tells (`BN_kronecker`). Without memory it
    /// says no.
    private static func isOnCurve(_ coordinate: [UInt8]) -> Bool {
        let context = unsafe BN_CTX_new()
        let (field, factor) = unsafe (number(prime), number(constant))
        let root = unsafe number(coordinate)
        defer {
            unsafe BN_CTX_free(context)
            unsafe BN_free(field)
            unsafe BN_free(factor)
            unsafe BN_free(root)
        }
        guard let context = unsafe context, let p = unsafe field, let d = unsafe factor,
            let y = unsafe root, unsafe BN_mod_sqr(y, y, p, context) == 1,
            unsafe BN_mod_mul(d, d, y, p, context) == 1, unsafe BN_add_word(d, 1) == 1,
            unsafe BN_sub_word(y, 1) == 1, unsafe BN_mod_mul(d, d, y, p, context) == 1
        else { return false }
        return unsafe BN_kronecker(d, p, context) >= 0
    }

    /// A number that the caller frees.
    private static func number(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe BN_lebin2bn(bytes, Int32(bytes.count), nil)
    }
}
