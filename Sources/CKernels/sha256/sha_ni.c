// SHA-256 of up to four messages at once with the SHA extension: the rounds of one wait for each
// other, those of four fill the gaps.

#if defined(__x86_64__)

#include <immintrin.h>

#include "rounds.h"

enum { LANES = 4 };

#define TARGET __attribute__((target("sha,sse4.1,ssse3"), always_inline)) static inline
#define EACH(index, count) \
    _Pragma("clang loop unroll(full)") for (int index = 0; index < (count); index++)

/// The state of one message as the extension takes it: two registers, ABEF and CDGH.
struct pair {
    __m128i abef, cdgh;
};

TARGET struct pair gather(const uint32_t *state, int lane) {
    uint32_t s[8];
    for (int word = 0; word < 8; word++) s[word] = state[word * LANES + lane];
    return (struct pair){
        _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]),
        _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]),
    };
}

TARGET void scatter(uint32_t *state, int lane, struct pair pair) {
    uint32_t abef[4], cdgh[4];
    _mm_storeu_si128((__m128i *)abef, pair.abef);
    _mm_storeu_si128((__m128i *)cdgh, pair.cdgh);
    const uint32_t s[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
    for (int word = 0; word < 8; word++) state[word * LANES + lane] = s[word];
}

/// Four rounds with the words `w` of the schedule.
TARGET void rounds(struct pair *pair, __m128i w, int t) {
    __m128i sum = _mm_add_epi32(
        w, _mm_loadu_si128((const __m128i *)(tally_sha256_constants + t)));
    pair->cdgh = _mm_sha256rnds2_epu32(pair->cdgh, pair->abef, sum);
    pair->abef = _mm_sha256rnds2_epu32(pair->abef, pair->cdgh, _mm_shuffle_epi32(sum, 0x0e));
}

/// Words `t` to `t + 3` from the sixteen before them.
TARGET __m128i schedule(__m128i w0, __m128i w4, __m128i w8, __m128i w12) {
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), _mm_alignr_epi8(w12, w8, 4));
    return _mm_sha256msg2_epu32(sum, w12);
}

/// Goes over `blocks` blocks of the messages in the lanes `used`, `count` of them: a constant, so that
/// all stays in registers as far as there are any.
TARGET void compress(
    uint32_t *state, const uint8_t *const *data, size_t blocks, const int *used, const int count) {
    const __m128i reverse = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    struct pair s[LANES];
    EACH(i, count) s[i] = gather(state, used[i]);
    for (size_t block = 0; block < blocks; block++) {
        struct pair now[LANES];
        __m128i w[LANES][4];
        EACH(i, count) now[i] = s[i];
        EACH(t, 16) {
            EACH(i, count) {
                __m128i *ring = w[i];
                if (t < 4) {
                    const uint8_t *place = data[used[i]] + block * BLOCK + 16 * t;
                    ring[t] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)place), reverse);
                } else {
                    ring[t & 3] = schedule(
                        ring[t & 3], ring[(t + 1) & 3], ring[(t + 2) & 3], ring[(t + 3) & 3]);
                }
                rounds(&now[i], ring[t & 3], 4 * t);
            }
        }
        EACH(i, count) {
            s[i].abef = _mm_add_epi32(s[i].abef, now[i].abef);
            s[i].cdgh = _mm_add_epi32(s[i].cdgh, now[i].cdgh);
        }
    }
    EACH(i, count) scatter(state, used[i], s[i]);
}

/// A lane without data has no message. Where the unit for SHA is slow enough to be busy with one
/// message alone (Ice Lake), going over a lane in vain costs as much as a message.
__attribute__((target("sha,sse4.1,ssse3"))) void tally_sha256_sha_ni(
    uint32_t *state, const uint8_t *const *data, size_t blocks) {
    int used[LANES] = {0}, count = 0;
    for (int lane = 0; lane < LANES; lane++)
        if (data[lane]) used[count++] = lane;
    switch (count) {
        case 0: return;
        case 1: return compress(state, data, blocks, used, 1);
        case 2: return compress(state, data, blocks, used, 2);
        case 3: return compress(state, data, blocks, used, 3);
        default: return compress(state, data, blocks, used, 4);
    }
}

#endif
