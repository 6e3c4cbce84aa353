// SHA-256 of one message with the cryptographic extension of arm64.

#if defined(__aarch64__)

#include <arm_neon.h>

#include "rounds.h"

#define TARGET __attribute__((target("sha2"), always_inline)) static inline

/// Four rounds with the words `w` of the schedule.
TARGET void rounds(uint32x4_t *abcd, uint32x4_t *efgh, uint32x4_t w, int t) {
    uint32x4_t sum = vaddq_u32(w, vld1q_u32(tally_sha256_constants + t));
    uint32x4_t before = *abcd;
    *abcd = vsha256hq_u32(before, *efgh, sum);
    *efgh = vsha256h2q_u32(*efgh, before, sum);
}

__attribute__((target("sha2"))) void tally_sha256_arm(
    uint32_t *state, const uint8_t *const *data, size_t blocks) {
    uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
    for (size_t i = 0; i < blocks; i++) {
        const uint8_t *block = data[0] + i * BLOCK;
        uint32x4_t a = abcd, e = efgh, w[4];
        // Unrolled, the ring is four registers; else it would lie in memory.
        _Pragma("clang loop unroll(full)") for (int t = 0; t < 16; t++) {
            if (t < 4) {
                w[t] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * t)));
            } else {
                uint32x4_t sum = vsha256su0q_u32(w[t & 3], w[(t + 1) & 3]);
                w[t & 3] = vsha256su1q_u32(sum, w[(t + 2) & 3], w[(t + 3) & 3]);
            }
            rounds(&a, &e, w[t & 3], 4 * t);
        }
        abcd = vaddq_u32(abcd, a);
        efgh = vaddq_u32(efgh, e);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

#endif
