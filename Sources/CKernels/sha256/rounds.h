#ifndef TALLY_SHA256_ROUNDS_H
#define TALLY_SHA256_ROUNDS_H

#include <stddef.h>
#include <stdint.h>

/// Bytes of a block.
enum { BLOCK = 64 };

/// Most messages that a kernel takes at once.
enum { LANES_MAX = 16 };

/// The constants of the rounds (FIPS 180-4, section 4.2.2).
extern const uint32_t tally_sha256_constants[64];

/// Goes over `blocks` blocks of each of a kernel's messages. Word `w` of the state of message `l` is
/// `state[w * lanes + l]`. Data may be null only where a kernel says so.
typedef void compress_function(uint32_t *state, const uint8_t *const *data, size_t blocks);

compress_function tally_sha256_portable;
#if defined(__x86_64__)
compress_function tally_sha256_sha_ni;
compress_function tally_sha256_avx512;
#elif defined(__aarch64__)
compress_function tally_sha256_arm;
#endif

#endif
