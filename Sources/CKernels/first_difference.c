#include "CKernels.h"

#include <stdint.h>
#include <string.h>

// The bytes left over, and the twin that every other path is tested against.
static size_t portable(const uint8_t *left, const uint8_t *right, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t a, b;
        memcpy(&a, left + i, 8);
        memcpy(&b, right + i, 8);
        if (a != b) break;
    }
    while (i < count && left[i] == right[i]) i++;
    return i;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2")))
static size_t avx2(const uint8_t *left, const uint8_t *right, size_t count) {
    size_t i = 0;
    for (; i + 128 <= count; i += 128) {
        __m256i all = _mm256_set1_epi8(-1);
        for (size_t j = 0; j < 128; j += 32) {
            __m256i a = _mm256_loadu_si256((const __m256i *)(left + i + j));
            __m256i b = _mm256_loadu_si256((const __m256i *)(right + i + j));
            all = _mm256_and_si256(all, _mm256_cmpeq_epi8(a, b));
        }
        if (_mm256_movemask_epi8(all) != -1) break;
    }
    return i + portable(left + i, right + i, count - i);
}
#endif

size_t tally_first_difference(const void *left, const void *right, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return avx2(left, right, count);
#endif
    return portable(left, right, count);
}
