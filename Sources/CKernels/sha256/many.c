// Feeds the lanes of a kernel with messages of any length: as soon as one ends, the next begins in
// its lane.

#include "../include/sha256.h"

#include <string.h>

#include "rounds.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

/// A message on its way through a lane.
struct lane {
    /// The blocks that come next, and how many lie there.
    const uint8_t *next;
    size_t blocks;
    /// The end of the message with its padding (FIPS 180-4, section 5.1.1): one or two blocks.
    uint8_t tail[2 * BLOCK];
    size_t tail_blocks;
    /// Which message it is.
    size_t message;
    /// Whether there is one.
    int is_active;
};

/// Messages, how far they are, and where digests go.
struct batch {
    const uint8_t *const *messages;
    const size_t *lengths;
    size_t count, next;
    uint8_t *digests;
    struct lane lanes[LANES_MAX];
    uint32_t state[8 * LANES_MAX];
    size_t width;
    compress_function *compress;
};

/// The width of the kernel that leaves lanes without a message alone.
enum { FOUR = 4 };

static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// Puts the next message into a lane.
static void begin(struct batch *batch, size_t index) {
    struct lane *lane = &batch->lanes[index];
    size_t length = batch->lengths[batch->next], rest = length % BLOCK;
    lane->message = batch->next++;
    lane->is_active = 1;
    lane->next = batch->messages[lane->message];
    lane->blocks = length / BLOCK;
    lane->tail_blocks = rest < BLOCK - 8 ? 1 : 2;
    memset(lane->tail, 0, sizeof lane->tail);
    if (rest > 0) memcpy(lane->tail, lane->next + (length - rest), rest);
    lane->tail[rest] = 0x80;
    uint64_t bits = __builtin_bswap64((uint64_t)length * 8);
    memcpy(lane->tail + lane->tail_blocks * BLOCK - 8, &bits, 8);
    for (int word = 0; word < 8; word++) batch->state[word * batch->width + index] = start[word];
}

/// Goes on to the tail behind the last whole block; behind the tail, writes the digest.
static void turn(struct batch *batch, size_t index) {
    struct lane *lane = &batch->lanes[index];
    if (lane->tail_blocks > 0) {
        lane->next = lane->tail;
        lane->blocks = lane->tail_blocks;
        lane->tail_blocks = 0;
        return;
    }
    uint8_t *digest = batch->digests + 32 * lane->message;
    for (int word = 0; word < 8; word++) {
        uint32_t value = __builtin_bswap32(batch->state[word * batch->width + index]);
        memcpy(digest + 4 * word, &value, 4);
    }
    lane->is_active = 0;
}

/// Fills empty lanes, and returns how many are not.
static size_t fill(struct batch *batch) {
    size_t active = 0;
    for (size_t i = 0; i < batch->width; i++) {
        if (!batch->lanes[i].is_active && batch->next < batch->count) begin(batch, i);
        while (batch->lanes[i].is_active && batch->lanes[i].blocks == 0) turn(batch, i);
        active += (size_t)batch->lanes[i].is_active;
    }
    return active;
}

/// As many blocks as every active lane has. Empty lanes go along with the bytes of another where the
/// kernel takes all lanes in any case.
static void step(struct batch *batch) {
    const uint8_t *data[LANES_MAX];
    const uint8_t *any = 0;
    size_t blocks = SIZE_MAX;
    for (size_t i = 0; i < batch->width; i++) {
        if (!batch->lanes[i].is_active) continue;
        if (batch->lanes[i].blocks < blocks) blocks = batch->lanes[i].blocks;
        if (batch->width > FOUR) any = batch->lanes[i].next;
    }
    for (size_t i = 0; i < batch->width; i++)
        data[i] = batch->lanes[i].is_active ? batch->lanes[i].next : any;
    batch->compress(batch->state, data, blocks);
    for (size_t i = 0; i < batch->width; i++) {
        struct lane *lane = &batch->lanes[i];
        if (!lane->is_active) continue;
        lane->next += blocks * BLOCK;
        lane->blocks -= blocks;
        while (lane->is_active && lane->blocks == 0) turn(batch, i);
    }
}

#if defined(__x86_64__)
/// From so many lanes on, sixteen at once are faster than four at once: between 6 (Ice Lake) and 10
/// (Zen 5).
enum { WORTH_SIXTEEN = 8 };

/// Ends up to four messages of a wider batch, from lane `*index` on, four at once.
static void end_four(struct batch *wide, size_t *index) {
    struct batch four = {.digests = wide->digests, .width = FOUR, .compress = tally_sha256_sha_ni};
    for (size_t lane = 0; lane < FOUR && *index < wide->width; ++*index) {
        struct lane *from = &wide->lanes[*index], *to = &four.lanes[lane];
        if (!from->is_active) continue;
        *to = *from;
        // What is left may lie in the lane itself.
        if (to->tail_blocks == 0) to->next = to->tail + (from->next - from->tail);
        for (int word = 0; word < 8; word++)
            four.state[word * FOUR + lane] = wide->state[word * wide->width + *index];
        from->is_active = 0;
        lane++;
    }
    while (fill(&four) > 0) step(&four);
}
#endif

void tally_sha256_many(
    int kernel, const uint8_t *const *messages, const size_t *lengths, size_t count,
    uint8_t *digests) {
    struct batch batch = {.messages = messages, .lengths = lengths, .count = count,
                          .digests = digests, .width = 1, .compress = tally_sha256_portable};
#if defined(__x86_64__)
    if (kernel == TALLY_SHA256_SHA_NI) batch.width = FOUR, batch.compress = tally_sha256_sha_ni;
    if (kernel == TALLY_SHA256_AVX512) batch.width = 16, batch.compress = tally_sha256_avx512;
    int has_four = kernel == TALLY_SHA256_AVX512 && tally_sha256_supports(TALLY_SHA256_SHA_NI);
#elif defined(__aarch64__)
    if (kernel == TALLY_SHA256_ARM) batch.compress = tally_sha256_arm;
#endif
    size_t active;
    while ((active = fill(&batch)) > 0) {
#if defined(__x86_64__)
        if (has_four && active < WORTH_SIXTEEN && batch.next == count) {
            for (size_t index = 0; index < batch.width;) end_four(&batch, &index);
            return;
        }
#endif
        step(&batch);
    }
}

#if defined(__x86_64__)
/// Whether the system keeps the registers of AVX-512 when it changes between programs.
static int keeps_wide_registers(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (low & 0xe6) == 0xe6;
}
#endif

int tally_sha256_supports(int kernel) {
    if (kernel == TALLY_SHA256_PORTABLE) return 1;
#if defined(__x86_64__)
    unsigned a, b, c, d, ignored;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
    unsigned features = 0;
    __get_cpuid(1, &a, &ignored, &features, &d);
    if (kernel == TALLY_SHA256_SHA_NI)
        return (b & bit_SHA) && (features & bit_SSSE3) && (features & bit_SSE4_1);
    if (kernel == TALLY_SHA256_AVX512)
        return (b & bit_AVX512F) && (b & bit_AVX512BW) && keeps_wide_registers();
#elif defined(__aarch64__)
    if (kernel == TALLY_SHA256_ARM) return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0;
#endif
    return 0;
}
