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

/// How many messages `kernel` takes at once; 16 at most.
size_t tally_sha256_width(int kernel);

/// Begins a message in a lane of `state`, 8 words for each lane: word `w` of lane `l` is
/// `state[w * width + l]`.
void tally_sha256_begin(int kernel, uint32_t *state, size_t lane);

/// Goes over as many blocks of 64 bytes in every lane as the lane with the fewest has. `next` and
/// `left` say for each lane where its blocks lie and how many; both are moved on. A lane without
/// blocks goes along with the bytes of another, so its message has to be over.
void tally_sha256_step(int kernel, uint32_t *state, const uint8_t **next, size_t *left);

/// Writes the 32 bytes of the digest of a lane's message, whose padding went through.
void tally_sha256_end(int kernel, const uint32_t *state, size_t lane, uint8_t *digest);

/// Puts the padding (FIPS 180-4, section 5.1.1) behind the last `rest` bytes, under 64, of a message
/// of `length`. Returns how many blocks they make: 1 or 2, which `tail` has to have room for.
size_t tally_sha256_pad(uint8_t *tail, size_t rest, uint64_t length);

/// Computes the digests of `count` messages, 32 bytes each, in the order of the messages.
///
/// `messages[i]` points to `lengths[i]` bytes and may be null where that is 0. The processor has to
/// support `kernel`. Needs less than 8 KiB of stack and nothing else.
void tally_sha256_many(
    int kernel, const uint8_t *const *messages, const size_t *lengths, size_t count,
    uint8_t *digests);

#endif
