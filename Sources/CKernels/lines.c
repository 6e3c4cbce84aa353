#include "CKernels.h"

#include <string.h>

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// The loops below are plain, so that compilers make vector code of them; the same body is compiled
// a second time for wider registers where there are some.

// Bytes whose counts fit one byte each: how many a loop takes before it adds up.
enum { STRIDE = 192 };

ALWAYS_INLINE size_t count_byte(const uint8_t *bytes, size_t count, uint8_t wanted) {
    size_t total = 0, i = 0;
    for (; i + STRIDE <= count; i += STRIDE) {
        uint8_t found = 0;
        for (size_t j = 0; j < STRIDE; j++) found += bytes[i + j] == wanted;
        total += found;
    }
    for (; i < count; i++) total += bytes[i] == wanted;
    return total;
}

// Text has no control characters but 0x09...0x0d and escape.
ALWAYS_INLINE uint8_t is_odd(uint8_t byte) {
    return ((byte < 0x20) & ((uint8_t)(byte - 0x09) > 4) & (byte != 0x1b)) | (byte == 0x7f);
}

ALWAYS_INLINE int is_text(const uint8_t *bytes, size_t count) {
    size_t i = 0;
    for (; i + STRIDE <= count; i += STRIDE) {
        uint8_t odd = 0;
        for (size_t j = 0; j < STRIDE; j++) odd |= is_odd(bytes[i + j]);
        if (odd) return 0;
    }
    for (; i < count; i++) {
        if (is_odd(bytes[i])) return 0;
    }
    return 1;
}

// Runs that begin at an index from 1 on: there the bytes differ, and those before do not.
ALWAYS_INLINE size_t count_runs(const uint8_t *left, const uint8_t *right, size_t count) {
    size_t total = 0, i = 1;
    for (; i + STRIDE <= count; i += STRIDE) {
        uint8_t found = 0;
        for (size_t j = i; j < i + STRIDE; j++) {
            found += (left[j] != right[j]) & (left[j - 1] == right[j - 1]);
        }
        total += found;
    }
    for (; i < count; i++) total += (left[i] != right[i]) & (left[i - 1] == right[i - 1]);
    return total;
}

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2")))
#define PICK(name, ...) \
    return __builtin_cpu_supports("avx2") ? name##_wide(__VA_ARGS__) : name(__VA_ARGS__)
WIDE static size_t count_byte_wide(const uint8_t *bytes, size_t count, uint8_t wanted) {
    return count_byte(bytes, count, wanted);
}
WIDE static int is_text_wide(const uint8_t *bytes, size_t count) { return is_text(bytes, count); }
WIDE static size_t count_runs_wide(const uint8_t *left, const uint8_t *right, size_t count) {
    return count_runs(left, right, count);
}
#else
#define PICK(name, ...) return name(__VA_ARGS__)
#endif

size_t tally_count_byte(const void *bytes, size_t count, uint8_t wanted) {
    PICK(count_byte, bytes, count, wanted);
}

int tally_is_text(const void *bytes, size_t count) { PICK(is_text, bytes, count); }

size_t tally_count_runs(const void *left, const void *right, size_t count) {
    PICK(count_runs, left, right, count);
}

size_t tally_common_suffix(const void *left, const void *right, size_t count) {
    const uint8_t *a = left, *b = right;
    size_t rest = count;
    for (size_t step = 4096; step > 0; step /= 64) {
        while (rest >= step && memcmp(a + rest - step, b + rest - step, step) == 0) rest -= step;
    }
    return count - rest;
}

ptrdiff_t tally_last_byte(const void *bytes, size_t count, uint8_t wanted) {
    const uint8_t *start = bytes;
    while (count > 0) {
        if (start[count - 1] == wanted) return (ptrdiff_t)count - 1;
        count--;
    }
    return -1;
}

// MARK: Hashes of lines

static inline uint64_t load64(const uint8_t *p) {
    uint64_t value;
    memcpy(&value, p, 8);
    return value;
}

static inline uint64_t load32(const uint8_t *p) {
    uint32_t value;
    memcpy(&value, p, 4);
    return value;
}

// Both halves of the product, folded: each bit of the result depends on all bits of both factors.
static inline uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// Odd constants without a pattern: the fractions of the square roots of 2, 3 and 5.
static const uint64_t K0 = 0x6a09e667f3bcc909, K1 = 0xbb67ae8584caa73b, K2 = 0x3c6ef372fe94f82b;

uint64_t tally_hash(const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint64_t hash = K0 ^ count, a = 0, b = 0;
    for (; count > 16; count -= 16, p += 16) hash = fold(load64(p) ^ K1, load64(p + 8) ^ hash);
    // The rest is read as two words that may overlap.
    if (count >= 8) {
        a = load64(p);
        b = load64(p + count - 8);
    } else if (count >= 4) {
        a = load32(p);
        b = load32(p + count - 4);
    } else if (count > 0) {
        a = (uint64_t)p[0] << 16 | (uint64_t)p[count / 2] << 8 | p[count - 1];
    }
    return fold(fold(a ^ K2, b ^ hash), K1);
}

size_t tally_hash_lines(
    const void *bytes, size_t count, uint64_t *hashes, uint32_t *ends, size_t capacity
) {
    const uint8_t *start = bytes, *line = start, *end = start + count;
    size_t lines = 0;
    while (lines < capacity && line < end) {
        const uint8_t *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) break;
        stop++;
        hashes[lines] = tally_hash(line, (size_t)(stop - line));
        ends[lines++] = (uint32_t)(stop - start);
        line = stop;
    }
    return lines;
}
