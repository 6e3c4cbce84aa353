// SHA-256 in plain C, for one message.

#include <string.h>

#include "rounds.h"

const uint32_t tally_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t value, int count) { return value >> count | value << (32 - count); }

/// Word `t` of the message schedule, kept in a ring of 16 (section 6.2.2, step 1).
static uint32_t schedule(uint32_t *w, int t) {
    uint32_t early = w[(t + 1) & 15], late = w[(t + 14) & 15];
    uint32_t small0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3;
    uint32_t small1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10;
    return w[t & 15] += small0 + w[(t + 9) & 15] + small1;
}

static void block(uint32_t *state, const uint8_t *data) {
    uint32_t w[16], s[8];
    memcpy(s, state, sizeof s);
    for (int t = 0; t < 64; t++) {
        if (t < 16) {
            uint32_t word;
            memcpy(&word, data + 4 * t, 4);
            w[t] = __builtin_bswap32(word);
        } else {
            schedule(w, t);
        }
        uint32_t a = s[0], e = s[4];
        uint32_t big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        uint32_t big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        uint32_t choice = (e & s[5]) ^ (~e & s[6]);
        uint32_t majority = (a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]);
        uint32_t first = s[7] + big1 + choice + tally_sha256_constants[t] + w[t & 15];
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + big0 + majority;
    }
    for (int word = 0; word < 8; word++) state[word] += s[word];
}

void tally_sha256_portable(uint32_t *state, const uint8_t *const *data, size_t blocks) {
    for (size_t i = 0; i < blocks; i++) block(state, data[0] + i * BLOCK);
}
