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
struct part {
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
    int kernel;
    size_t width;
    struct part parts[LANES_MAX];
    uint32_t state[8 * LANES_MAX];
    const uint8_t *rest[LANES_MAX];
    size_t blocks[LANES_MAX];
};

/// Puts the next message into a lane.
static void begin(struct batch *batch, size_t index) {
    struct part *part = &batch->parts[index];
    size_t length = batch->lengths[batch->next], rest = length % BLOCK;
    const uint8_t *bytes = batch->messages[batch->next];
    part->message = batch->next++;
    part->is_active = 1;
    if (rest > 0) memcpy(part->tail, bytes + (length - rest), rest);
    part->tail_blocks = tally_sha256_pad(part->tail, rest, length);
    tally_sha256_begin(batch->kernel, batch->state, index);
    batch->rest[index] = bytes;
    batch->blocks[index] = length / BLOCK;
}

/// Goes on to the tail behind the last whole block; behind the tail, writes the digest.
static void turn(struct batch *batch, size_t index) {
    struct part *part = &batch->parts[index];
    if (part->tail_blocks > 0) {
        batch->rest[index] = part->tail;
        batch->blocks[index] = part->tail_blocks;
        part->tail_blocks = 0;
        return;
    }
    tally_sha256_end(batch->kernel, batch->state, index, batch->digests + 32 * part->message);
    part->is_active = 0;
}

/// Fills empty lanes, and returns how many are not.
static size_t fill(struct batch *batch) {
    size_t active = 0;
    for (size_t i = 0; i < batch->width; i++) {
        struct part *part = &batch->parts[i];
        while (part->is_active && batch->blocks[i] == 0) turn(batch, i);
        if (!part->is_active && batch->next < batch->count) begin(batch, i);
        if (part->is_active && batch->blocks[i] == 0) turn(batch, i);
        active += (size_t)part->is_active;
    }
    return active;
}

#if defined(__x86_64__)
/// From so many lanes on, sixteen at once are faster than a few by the SHA extension: between 6 (Ice
/// Lake) and 10 (Zen 5).
enum { WORTH_SIXTEEN = 8 };

/// Ends some messages of a wider batch, from lane `*index` on, by the SHA extension.
static void end_few(struct batch *wide, size_t *index) {
    struct batch few = {.digests = wide->digests, .kernel = TALLY_SHA256_SHA_NI,
                        .width = tally_sha256_width(TALLY_SHA256_SHA_NI)};
    for (size_t lane = 0; lane < few.width && *index < wide->width; ++*index) {
        struct part *from = &wide->parts[*index], *to = &few.parts[lane];
        if (!from->is_active) continue;
        *to = *from;
        few.blocks[lane] = wide->blocks[*index];
        few.rest[lane] = wide->rest[*index];
        // What is left may lie in the lane itself.
        if (to->tail_blocks == 0)
            few.rest[lane] = to->tail + (wide->rest[*index] - from->tail);
        for (int word = 0; word < 8; word++)
            few.state[word * few.width + lane] =
                wide->state[word * wide->width + *index];
        from->is_active = 0;
        lane++;
    }
    while (fill(&few) > 0) tally_sha256_step(few.kernel, few.state, few.rest, few.blocks);
}
#endif

void tally_sha256_many(
    int kernel, const uint8_t *const *messages, const size_t *lengths, size_t count,
    uint8_t *digests) {
    struct batch batch = {.messages = messages, .lengths = lengths, .count = count,
                          .digests = digests, .kernel = kernel,
                          .width = tally_sha256_width(kernel)};
    size_t active;
    while ((active = fill(&batch)) > 0) {
#if defined(__x86_64__)
        if (kernel == TALLY_SHA256_AVX512 && active < WORTH_SIXTEEN && batch.next == count &&
            tally_sha256_supports(TALLY_SHA256_SHA_NI)) {
            for (size_t index = 0; index < batch.width;) end_few(&batch, &index);
            return;
        }
#endif
        tally_sha256_step(kernel, batch.state, batch.rest, batch.blocks);
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
