// The lanes of a kernel: each holds a message of its own, and all go forward together.

#include "../include/sha256.h"

#include <string.h>

#include "rounds.h"

static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

size_t tally_sha256_width(int kernel) {
    if (kernel == TALLY_SHA256_SHA_NI) return 4;
    return kernel == TALLY_SHA256_AVX512 ? 16 : 1;
}

/// The function behind the number of a kernel.
static compress_function *compress_of(int kernel) {
#if defined(__x86_64__)
    if (kernel == TALLY_SHA256_SHA_NI) return tally_sha256_sha_ni;
    if (kernel == TALLY_SHA256_AVX512) return tally_sha256_avx512;
#elif defined(__aarch64__)
    if (kernel == TALLY_SHA256_ARM) return tally_sha256_arm;
#endif
    return tally_sha256_portable;
}

void tally_sha256_begin(int kernel, uint32_t *state, size_t lane) {
    size_t width = tally_sha256_width(kernel);
    for (size_t word = 0; word < 8; word++) state[word * width + lane] = start[word];
}

void tally_sha256_step(int kernel, uint32_t *state, const uint8_t **next, size_t *left) {
    const uint8_t *data[LANES_MAX];
    const uint8_t *any = 0;
    size_t width = tally_sha256_width(kernel), blocks = SIZE_MAX;
    for (size_t i = 0; i < width; i++) {
        if (left[i] == 0) continue;
        if (left[i] < blocks) blocks = left[i];
        // The SHA extension leaves lanes without data alone.
        if (kernel != TALLY_SHA256_SHA_NI) any = next[i];
    }
    if (blocks == SIZE_MAX) return;
    for (size_t i = 0; i < width; i++) data[i] = left[i] > 0 ? next[i] : any;
    compress_of(kernel)(state, data, blocks);
    for (size_t i = 0; i < width; i++) {
        if (left[i] == 0) continue;
        next[i] += blocks * BLOCK;
        left[i] -= blocks;
    }
}

void tally_sha256_end(int kernel, const uint32_t *state, size_t lane, uint8_t *digest) {
    size_t width = tally_sha256_width(kernel);
    for (size_t word = 0; word < 8; word++) {
        uint32_t value = __builtin_bswap32(state[word * width + lane]);
        memcpy(digest + 4 * word, &value, 4);
    }
}

size_t tally_sha256_pad(uint8_t *tail, size_t rest, uint64_t length) {
    size_t blocks = rest < BLOCK - 8 ? 1 : 2;
    uint64_t bits = __builtin_bswap64(length * 8);
    memset(tail + rest, 0, blocks * BLOCK - rest);
    tail[rest] = 0x80;
    memcpy(tail + blocks * BLOCK - 8, &bits, 8);
    return blocks;
}
