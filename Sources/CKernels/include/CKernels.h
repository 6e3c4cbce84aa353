#ifndef TALLY_CKERNELS_H
#define TALLY_CKERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sha256.h"

/// The index of the first byte at which `left` and `right` differ, or `count` if none does.
/// Either pointer may be null when `count` is 0.
size_t tally_first_difference(const void *left, const void *right, size_t count);

// Pointers of the kernels below may be null when `count` is 0.

/// How many bytes are `wanted`.
size_t tally_count_byte(const void *bytes, size_t count, uint8_t wanted);

/// The index of the last byte that is `wanted`; -1 if there is none.
ptrdiff_t tally_last_byte(const void *bytes, size_t count, uint8_t wanted);

/// Whether no byte is a control character that text does not have.
int tally_is_text(const void *bytes, size_t count);

/// How many runs of differing bytes begin behind the first byte.
size_t tally_count_runs(const void *left, const void *right, size_t count);

/// How many bytes at the ends of `left` and `right`, both `count` long, are equal.
size_t tally_common_suffix(const void *left, const void *right, size_t count);

/// A hash of bytes, for tables; anybody can make bytes that collide.
uint64_t tally_hash(const void *bytes, size_t count);

/// Hashes up to `capacity` lines with their line breaks, and says behind which byte each ends.
/// Returns their number; less than `capacity` if no more line breaks follow. `count` fits 32 bits.
size_t tally_hash_lines(
    const void *bytes, size_t count, uint64_t *hashes, uint32_t *ends, size_t capacity);

/// `lgetxattr(2)`, which the C library's Swift module leaves out.
ssize_t tally_get_attribute(const char *path, const char *name, void *value, size_t size);

/// `llistxattr(2)`, likewise.
ssize_t tally_list_attributes(const char *path, char *list, size_t size);

#endif
