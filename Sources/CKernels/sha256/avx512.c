// SHA-256 of sixteen messages at once: each 32-bit element of a register belongs to one of them.

#if defined(__x86_64__)

#include <immintrin.h>

#include "rounds.h"

enum { LANES = 16 };

#define TARGET __attribute__((target("avx512f,avx512bw"), always_inline)) static inline

TARGET __m512i add(__m512i a, __m512i b) { return _mm512_add_epi32(a, b); }

/// The exclusive or of three.
TARGET __m512i exclusive(__m512i a, __m512i b, __m512i c) {
    return _mm512_ternarylogic_epi32(a, b, c, 0x96);
}

TARGET __m512i small0(__m512i x) {
    return exclusive(_mm512_ror_epi32(x, 7), _mm512_ror_epi32(x, 18), _mm512_srli_epi32(x, 3));
}

TARGET __m512i small1(__m512i x) {
    return exclusive(_mm512_ror_epi32(x, 17), _mm512_ror_epi32(x, 19), _mm512_srli_epi32(x, 10));
}

TARGET __m512i big0(__m512i x) {
    return exclusive(_mm512_ror_epi32(x, 2), _mm512_ror_epi32(x, 13), _mm512_ror_epi32(x, 22));
}

TARGET __m512i big1(__m512i x) {
    return exclusive(_mm512_ror_epi32(x, 6), _mm512_ror_epi32(x, 11), _mm512_ror_epi32(x, 25));
}

/// Interleaves the 32-bit, then the 64-bit elements of four registers.
TARGET void weave(__m512i *r) {
    __m512i a = _mm512_unpacklo_epi32(r[0], r[1]), b = _mm512_unpackhi_epi32(r[0], r[1]);
    __m512i c = _mm512_unpacklo_epi32(r[2], r[3]), d = _mm512_unpackhi_epi32(r[2], r[3]);
    r[0] = _mm512_unpacklo_epi64(a, c);
    r[1] = _mm512_unpackhi_epi64(a, c);
    r[2] = _mm512_unpacklo_epi64(b, d);
    r[3] = _mm512_unpackhi_epi64(b, d);
}

/// Loads the next block of each message, and turns 16 rows of 16 words: `w[t]` has word `t` of all.
TARGET void load(__m512i *w, const uint8_t *const *data, size_t offset) {
    const __m512i reverse = _mm512_broadcast_i32x4(
        _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    __m512i r[LANES];
    for (int lane = 0; lane < LANES; lane++) r[lane] = _mm512_loadu_si512(data[lane] + offset);
    for (int four = 0; four < LANES; four += 4) weave(r + four);
    for (int word = 0; word < 4; word++) {
        __m512i a = _mm512_shuffle_i32x4(r[word], r[word + 4], 0x88);
        __m512i b = _mm512_shuffle_i32x4(r[word], r[word + 4], 0xdd);
        __m512i c = _mm512_shuffle_i32x4(r[word + 8], r[word + 12], 0x88);
        __m512i d = _mm512_shuffle_i32x4(r[word + 8], r[word + 12], 0xdd);
        w[word] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(a, c, 0x88), reverse);
        w[word + 4] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(b, d, 0x88), reverse);
        w[word + 8] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(a, c, 0xdd), reverse);
        w[word + 12] = _mm512_shuffle_epi8(_mm512_shuffle_i32x4(b, d, 0xdd), reverse);
    }
}

/// Round `t`. What comes last from the round before, `a` and `e`, is added last.
#define ROUND(a, b, c, d, e, f, g, h, t)                                                        \
    do {                                                                                        \
        __m512i start = add(add(h, _mm512_set1_epi32((int)tally_sha256_constants[t])), w[(t) & 15]);    \
        start = add(start, _mm512_ternarylogic_epi32(e, f, g, 0xca));                           \
        __m512i first = add(start, big1(e));                                                    \
        d = add(d, first);                                                                      \
        h = add(add(first, _mm512_ternarylogic_epi32(a, b, c, 0xe8)), big0(a));                 \
    } while (0)

/// The same, which also makes the word of the schedule that comes sixteen rounds later.
#define ROUND_AND_WORD(a, b, c, d, e, f, g, h, t)                                               \
    do {                                                                                        \
        ROUND(a, b, c, d, e, f, g, h, t);                                                       \
        w[(t) & 15] = add(                                                                      \
            add(w[(t) & 15], small0(w[((t) + 1) & 15])),                                        \
            add(w[((t) + 9) & 15], small1(w[((t) + 14) & 15])));                                \
    } while (0)

/// Eight rounds bring the variables back to where they were.
#define EIGHT(STEP, t)                                                                          \
    do {                                                                                        \
        STEP(a, b, c, d, e, f, g, h, (t));                                                      \
        STEP(h, a, b, c, d, e, f, g, (t) + 1);                                                  \
        STEP(g, h, a, b, c, d, e, f, (t) + 2);                                                  \
        STEP(f, g, h, a, b, c, d, e, (t) + 3);                                                  \
        STEP(e, f, g, h, a, b, c, d, (t) + 4);                                                  \
        STEP(d, e, f, g, h, a, b, c, (t) + 5);                                                  \
        STEP(c, d, e, f, g, h, a, b, (t) + 6);                                                  \
        STEP(b, c, d, e, f, g, h, a, (t) + 7);                                                  \
    } while (0)

__attribute__((target("avx512f,avx512bw"))) void tally_sha256_avx512(
    uint32_t *state, const uint8_t *const *data, size_t blocks) {
    __m512i s[8], w[16];
    for (int word = 0; word < 8; word++) s[word] = _mm512_loadu_si512(state + word * LANES);
    for (size_t i = 0; i < blocks; i++) {
        load(w, data, i * BLOCK);
        __m512i a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
        EIGHT(ROUND_AND_WORD, 0);
        EIGHT(ROUND_AND_WORD, 8);
        EIGHT(ROUND_AND_WORD, 16);
        EIGHT(ROUND_AND_WORD, 24);
        EIGHT(ROUND_AND_WORD, 32);
        EIGHT(ROUND_AND_WORD, 40);
        EIGHT(ROUND, 48);
        EIGHT(ROUND, 56);
        __m512i end[8] = {a, b, c, d, e, f, g, h};
        for (int word = 0; word < 8; word++) s[word] = add(s[word], end[word]);
    }
    for (int word = 0; word < 8; word++) _mm512_storeu_si512(state + word * LANES, s[word]);
}

#endif
