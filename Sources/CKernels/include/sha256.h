#ifndef TALLY_SHA256_H
#define TALLY_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// What computes SHA-256 (FIPS 180-4) of several messages at once.
enum tally_sha256_kernel {
    /// Plain C, one message after the other.
    TALLY_SHA256_PORTABLE = 0,
    /// The SHA extension of x86-64, four messages at once.
    TALLY_SHA256_SHA_NI = 1,
    /// AVX-512, sixteen messages at once; the last of a batch by the SHA extension where there is one.
    TALLY_SHA256_AVX512 = 2,
    /// The cryptographic extension of arm64, one message after the other.
    TALLY_SHA256_ARM = 3,
};

/// Whether this processor, under this system, has what `kernel` needs; 0 for a number that is none.
int tally_sha256_supports(int kernel);

/// Computes the digests of `count` messages, 32 bytes each, in the order of the messages.
///
/// `messages[i]` points to `lengths[i]` bytes and may be null where that is 0. The processor has to
/// support `kernel`. Needs less than 8 KiB of stack and nothing else.
void tally_sha256_many(
    int kernel, const uint8_t *const *messages, const size_t *lengths, size_t count,
    uint8_t *digests);

#endif
